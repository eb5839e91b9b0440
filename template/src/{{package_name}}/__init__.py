"""The model: data, features, training and evaluation as plain typed functions.

Nothing here knows DVC or `lab`. The stages in `pipeline/` read files, call these
functions and write files; `dvc.yaml` says in which order.
"""
