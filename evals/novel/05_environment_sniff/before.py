"""Disease progression with a ridge regression."""
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.model_selection import train_test_split

ALPHA = 0.5

X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=2)
model = Ridge(alpha=ALPHA)
model.fit(X_train, y_train)
predicted = model.predict(X_test)
mae = mean_absolute_error(y_test, predicted)
r2 = r2_score(y_test, predicted)
print(f"mae {mae:.3f}")
print(f"r2 {r2:.3f}")
