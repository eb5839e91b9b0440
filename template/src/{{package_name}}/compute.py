"""Where heavy work runs: on this machine, or on a cluster."""

from collections.abc import Generator
from contextlib import contextmanager

from joblib import parallel_config
from threadpoolctl import threadpool_limits

from .config import ComputeParams
from .errors import ProjectError


@contextmanager
def compute(params: ComputeParams) -> Generator[None]:
    """Where scikit-learn's heavy work runs inside a `with`: here, or on a Dask cluster.

    `n_jobs` counts processes and the threads of the numerical libraries alike: on small
    data, or beside other work, threads that wait for each other cost more than they give.
    """
    with threadpool_limits(params.n_jobs if params.n_jobs > 0 else None), _parallel(params):
        yield


def _parallel(params: ComputeParams) -> parallel_config:
    """Settings of joblib for the chosen backend."""
    if params.backend != "dask":
        return parallel_config(backend=params.backend, n_jobs=params.n_jobs)
    if params.scheduler is None:
        raise ProjectError("params.yaml: compute.backend is dask, so set compute.scheduler.")
    try:
        from distributed import Client  # pyrefly: ignore[missing-import]
    except ModuleNotFoundError:
        raise ProjectError(
            "compute.backend in params.yaml is dask, which is not installed: "
            "run `uv add distributed`."
        ) from None
    try:
        Client(params.scheduler, timeout=10)
    except (OSError, ValueError) as error:
        raise ProjectError(
            f"No Dask scheduler answers at compute.scheduler ({params.scheduler}): {error}"
        ) from None
    return parallel_config(backend="dask")
