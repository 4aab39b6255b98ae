"""Training, evaluation and export of the model: the only room with torch and transformers."""
