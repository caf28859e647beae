"""Running the stack: with Docker Compose, with the programs of this machine, or the exporter alone."""
