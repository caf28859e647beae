"""What is wrong with a spec that only the generator sees: settings of alerts, metrics, promises, channels."""
