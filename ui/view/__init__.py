"""Pure functions from results to what is shown."""
