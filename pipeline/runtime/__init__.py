"""What every stage stands on: store, engine, files, models."""
