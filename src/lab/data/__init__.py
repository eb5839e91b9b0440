"""What a row is: the schema, the tables of the pipeline, and the logs of a live model."""
