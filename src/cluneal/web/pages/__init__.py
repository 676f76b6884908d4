"""One module a group of pages; each lists its routes."""
