"""Preprocessing, made from the schema and trained together with the model."""

from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from .schema import Schema


def preprocessing(schema: Schema) -> ColumnTransformer:
    """Fill gaps in and scale the numbers; one column per category.

    It takes a frame with the schema's features and gives a dense float array of shape
    (rows, numbers + categories). A category that training did not see becomes zeros.
    """
    numbers = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler()
    )
    categories = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return ColumnTransformer(
        [
            ("numbers", numbers, schema.features_of("float", "integer")),
            ("categories", categories, schema.features_of("category")),
        ],
        verbose_feature_names_out=False,
    )
