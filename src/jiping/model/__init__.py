"""Units -> scores -> report: the model, the rule labeller beside it, and decoding."""
