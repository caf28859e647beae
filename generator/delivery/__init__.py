"""Who is told of what, and when: routes, inhibition, time intervals and receivers, as data before they are YAML."""
