"""Files to Sources: one module a format; cleaning; metadata."""
