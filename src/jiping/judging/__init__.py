"""Report -> Report: clarity flags, checks, links, copies and triage."""
