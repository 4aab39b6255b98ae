"""Reports to what people open: outline, JSON, pages, workbook, memo, comments."""
