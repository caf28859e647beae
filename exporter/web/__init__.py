"""HTTP: pages, who may see them, and the bounds within which they are served."""
