"""Source -> units: sentences and items, heading outline, figures."""
