"""The labelled corpus and the tools of annotators: composing, Label Studio, doccano, agreement, scores."""
