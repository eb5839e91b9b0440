"""The pipeline files of generated projects, run job by job as their forges would."""
