"""The network as a scikit-learn classifier, with the real scikit-learn where it is installed."""

import os
import pickle
import subprocess
import sys

import numpy as np
import pytest

import mnist_cli
from mnist_cli.config.settings import SETTINGS
from mnist_cli.errors import ConfigError, InputError, MnistError


@pytest.fixture(scope="module")
def sklearn():
    try:
        import sklearn
    except ImportError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("scikit-learn is not installed; pip install scikit-learn")
    return sklearn


def small(**settings):
    return mnist_cli.Classifier(**{"epochs": 4, "batch_size": 10, **settings})


@pytest.fixture(scope="module")
def digits(many_digits):
    return many_digits


@pytest.fixture(scope="module")
def fitted(digits):
    return small().fit(digits.images, digits.labels)


# -- without scikit-learn --------------------------------------------------------------------------


def test_fit_and_score(fitted, digits, builtin_dir):
    test = mnist_cli.load("builtin", builtin_dir).test
    assert fitted.score(test.images, test.labels) > 0.7
    model = mnist_cli.train(digits, epochs=4, batch_size=10)
    np.testing.assert_array_equal(fitted.predict(test.images), model.predict(test.images))
    np.testing.assert_array_equal(fitted.predict_proba(test.pixels), model.confidences(test.pixels))
    assert fitted.classes_.tolist() == list(range(10))
    assert fitted.n_features_in_ == 784


@pytest.mark.parametrize("kind", [int, float, str])
def test_labels_may_be_objects_as_in_a_table(fitted, digits, kind):
    """Before, numbers became text, which equals no number: a score of 0."""
    labels = digits.labels.astype(kind)
    share = fitted.score(digits.images, digits.labels)
    again = small().fit(digits.images, labels.astype(object))
    assert again.score(digits.images, labels.astype(object)) == share > 0.7
    assert again.score(digits.images, labels) == share
    assert again.classes_.dtype.kind == ("U" if kind is str else "i")


@pytest.mark.parametrize("label", [None, "3", True, [1, 2], 0.5, 10**30])
def test_objects_that_are_no_labels_are_refused(fitted, digits, label):
    labels = digits.labels.astype(object)
    labels[:] = [True] * len(labels) if label is True else labels
    labels[3] = label
    for use in (small().fit, fitted.score):
        with pytest.raises(InputError, match="labels: must be whole numbers or text"):
            use(digits.images, labels)


def test_a_score_by_labels_of_another_kind_is_refused(fitted, digits):
    for labels in (digits.labels.astype(str), digits.labels[:, None]):
        with pytest.raises(InputError, match="labels: must be "):
            fitted.score(digits.images, labels)


def test_every_setting_is_a_parameter():
    classifier = small(hidden_sizes=[30], config="relu")
    params = classifier.get_params()
    assert set(params) == {"config", *SETTINGS}
    assert params["hidden_sizes"] == [30]
    assert params["learning_rate"] is None
    assert (
        repr(classifier) == "Classifier(config='relu', hidden_sizes=[30], batch_size=10, epochs=4)"
    )
    assert classifier.set_params(epochs=1).get_params()["epochs"] == 1


def test_the_configuration_holds_where_nothing_else_is_given(digits):
    model = small(config="relu", epochs=1).fit(*digits).model_
    assert (model.config.activation, model.config.epochs) == ("relu", 1)


def test_mistakes_are_refused(digits):
    with pytest.raises(ConfigError, match="unknown key 'epoch'; did you mean 'epochs'"):
        mnist_cli.Classifier(epoch=3)
    with pytest.raises(ConfigError, match="epochs must be"):
        mnist_cli.Classifier(epochs=-1).fit(*digits)
    with pytest.raises(InputError, match="call fit first"):
        mnist_cli.Classifier().predict(digits.images)
    with pytest.raises(MnistError, match="divide grey values by 255"):
        mnist_cli.Classifier().fit(digits.images.astype(float), digits.labels)


# -- with scikit-learn -----------------------------------------------------------------------------


def test_cloning_gives_an_unfitted_twin(sklearn, fitted):
    from sklearn.base import clone, is_classifier
    from sklearn.exceptions import NotFittedError
    from sklearn.utils.validation import check_is_fitted

    twin = clone(fitted)
    assert twin.get_params() == fitted.get_params()
    assert is_classifier(twin)
    check_is_fitted(fitted)
    with pytest.raises(NotFittedError):
        check_is_fitted(twin)


def test_in_a_pipeline(sklearn, digits):
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MinMaxScaler

    pipeline = make_pipeline(MinMaxScaler(), small()).fit(digits.images, digits.labels)
    assert pipeline.score(digits.images, digits.labels) > 0.7
    assert pipeline.predict(digits.images[:5]).shape == (5,)
    assert "Classifier" in repr(pipeline) and "Classifier" in pipeline._repr_html_()


def test_cross_validation(sklearn, digits):
    from sklearn.model_selection import cross_val_score

    shares = cross_val_score(small(), digits.images, digits.labels, cv=3, error_score="raise")
    assert shares.shape == (3,)
    assert shares.min() > 0.6
    losses = cross_val_score(small(), *digits, cv=2, scoring="neg_log_loss", error_score="raise")
    assert (losses > -2).all()


def test_grid_search(sklearn, digits):
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import Pipeline

    grid = {"net__learning_rate": np.logspace(-3, 0.5, 2), "net__hidden_sizes": [(16,), (16, 16)]}
    search = GridSearchCV(Pipeline([("net", small(epochs=2))]), grid, cv=2, error_score="raise")
    search.fit(digits.images, digits.labels)
    assert search.best_params_["net__learning_rate"] > 1
    assert search.best_estimator_["net"].model_.config.epochs == 2
    assert search.score(*digits) > 0.5
    again = pickle.loads(pickle.dumps(search))  # as n_jobs=2 sends it to another process
    assert again.predict(digits.images).tolist() == search.predict(digits.images).tolist()


def test_scikit_learn_is_not_imported_without_need(fitted):
    check = "import sys, mnist_cli; mnist_cli.Classifier(); print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("first", ["numpy", "scipy.linalg", "sklearn.svm"])
def test_the_blas_that_is_named_is_that_of_numpy_not_of_scipy(sklearn, first):
    """Each may bring its own, in any order, and the last bits depend on that of NumPy."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    if blas["name"] != "scipy-openblas":
        pytest.skip("NumPy brings no BLAS of its own here")
    lines = (
        f"import {first}, sklearn.svm",
        "from mnist_cli.training.environment import describe_environment",
        "print(describe_environment()['blas'])",
    )
    run = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, check=True, text=True
    )
    assert blas["version"] in run.stdout.split()
