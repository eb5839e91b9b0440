"""The model: features, training and prediction as plain typed functions.

Nothing here knows DVC or `lab`. `train.py` and `predict.py` are the two commands that the process
tool calls, with a file of jobs; `dvc.yaml` says when. The rest of the pipeline is the tool's.
"""
