import mlflow
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from sklearn.model_selection import train_test_split

alpha = 0.1

mlflow.start_run(run_name="diabetes-ridge")
mlflow.log_param("alpha", alpha)

X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)

model = Ridge(alpha=alpha)
model.fit(X_train, y_train)
y_pred = model.predict(X_test)

mse = mean_squared_error(y_test, y_pred)
mae = mean_absolute_error(y_test, y_pred)
r2 = r2_score(y_test, y_pred)
print('MSE : %.2f' % mse)
rmse = np.sqrt(mse)
print('RMSE: %.2f' % rmse)
print('MAE : %.2f' % mae)
print('R2  : %.3f' % r2)
mlflow.log_metrics({'mse': mse, 'rmse': rmse, 'mae': mae, 'r2': r2})
mlflow.end_run()

# keep predictions for the plot in the notebook
np.savetxt('predictions.csv', np.column_stack([y_test, y_pred]), delimiter=',', header='true,predicted')
