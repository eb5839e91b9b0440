"""Preprocessing, made from the schema and trained together with the model."""

from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from .errors import ProjectError
from .schema import Schema

MOST = 50  # columns that one category with many values becomes


def preprocessing(schema: Schema) -> ColumnTransformer:
    """Fill gaps in and scale the numbers; one column per category.

    It takes a frame with the schema's features and gives a dense float array of shape
    (rows, numbers + categories). Of a column with more than `MOST` categories, the rare ones share
    one; so does what training did not see.

    Raises:
        ProjectError: a feature is text or a date: what a number of it is, only you can say.
    """
    if other := schema.features_of("text", "date", "datetime"):
        raise ProjectError(
            f"{', '.join(other)} in schema.yaml: a model looks at numbers and categories. Make "
            "features of texts and dates in features.py, or give them `role: slice` or ignore."
        )
    numbers = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler()
    )
    categories = OneHotEncoder(
        handle_unknown="infrequent_if_exist", max_categories=MOST, sparse_output=False
    )
    return ColumnTransformer(
        [
            ("numbers", numbers, schema.features_of("float", "integer")),
            ("categories", categories, schema.features_of("category", "boolean")),
        ],
        verbose_feature_names_out=False,
    )
