"""The network in the form of scikit-learn's classifiers, which is not needed to use it."""

from numbers import Real
from typing import Any, Self, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_cli.config.files import Source
from mnist_cli.config.keywords import Keywords
from mnist_cli.config.settings import SETTINGS, nearest
from mnist_cli.data.datasets import Split
from mnist_cli.errors import ConfigError, InputError
from mnist_cli.images import PIXELS
from mnist_cli.learning import train
from mnist_cli.model import Model


class Classifier:
    """A network as a classifier, for pipelines, cross-validation and grid searches.

    Parameters
    ----------
    config
        Settings to start from, as `train` takes them.
    settings
        Settings by name (see `TrainingConfig`); None, or leaving it out, means the usual value.
        They are checked by `fit`.

    Attributes
    ----------
    model_ : the trained `Model`, after `fit`
    classes_ : (k,), the 2 to 10 different labels of `fit`, sorted
    n_features_in_ : 784
    """

    _estimator_type = "classifier"  # for scikit-learn before 1.6

    def __init__(self, *, config: Source = None, **settings: Unpack[Keywords]) -> None:
        self._parameters: dict[str, Any] = {"config": config, **dict.fromkeys(SETTINGS)}
        self.set_params(**settings)

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002
        """Return every setting; None where the usual value holds."""
        return dict(self._parameters)

    def set_params(self, **params: Any) -> Self:
        """Change settings; `fit` makes a network with them. Raises ConfigError."""
        for name in params:
            if name not in self._parameters:
                raise ConfigError(f"Classifier: unknown key {name!r}{nearest(name, SETTINGS)}")
        self._parameters.update(params)
        return self

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:  # noqa: N803
        """Train on images in the forms that `Split.of` takes. Raises MnistError.

        The labels are whole numbers or text. The last images, a sixth at most, are held out to
        calibrate `predict_proba`.
        """
        self.classes_, numbers = np.unique(_as_labels(y), return_inverse=True)
        names = [str(name) for name in self.classes_.tolist()]
        self.model_: Model = train(Split.of(X, numbers, names), **self._parameters)
        self.n_features_in_ = PIXELS
        return self

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """Return the digits or classes, (n,)."""
        numbers = self._fitted().scores(X).argmax(axis=1)
        answers: NDArray[Any] = self.classes_[numbers]
        return answers

    def predict_proba(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """Return the calibrated probability of each of `classes_`, (n, k)."""
        return self._fitted().confidences(X)

    def score(self, X: ArrayLike, y: ArrayLike) -> float:  # noqa: N803
        """Return the share of right answers. Raises MnistError."""
        answers, labels = self.predict(X), _as_labels(y)
        if (answers.dtype.kind == "U") != (labels.dtype.kind == "U"):
            what = "text" if answers.dtype.kind == "U" else "whole numbers"
            raise InputError(f"labels: must be {what}, as those of fit, got {labels.dtype}")
        return float(np.mean(answers == labels))

    def _fitted(self) -> Model:
        if not self.__sklearn_is_fitted__():
            raise InputError("Classifier: is not trained yet; call fit first")
        return self.model_

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "model_")

    def __sklearn_tags__(self) -> Any:
        """Describe itself to scikit-learn, which alone calls this."""
        from sklearn.utils import ClassifierTags, Tags, TargetTags

        return Tags(
            estimator_type="classifier",
            target_tags=TargetTags(required=True),
            classifier_tags=ClassifierTags(),
        )

    def __repr__(self) -> str:
        given = {name: value for name, value in self._parameters.items() if value is not None}
        return f"Classifier({', '.join(f'{name}={value!r}' for name, value in given.items())})"


def _as_labels(labels: ArrayLike) -> NDArray[Any]:
    """Return whole numbers or text, (n,), also from objects, as tables have. Raises InputError."""
    array = np.asarray(labels)
    if array.dtype == object and any(
        all(isinstance(label, kind) for label in array.flat) for kind in (str, Real)
    ):
        array = np.array(array.tolist())
    if array.dtype.kind == "f" and (array % 1 == 0).all():
        array = array.astype(int)
    if array.ndim != 1 or array.dtype.kind not in "iuU":
        raise InputError(
            f"labels: must be whole numbers or text, (n,), got {array.dtype} of {array.shape}"
        )
    return array
