from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, precision_score, recall_score
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.preprocessing import MinMaxScaler
from sklearn.tree import DecisionTreeClassifier

X, y = load_breast_cancer(return_X_y=True)
X = MinMaxScaler().fit_transform(X)   # yes, on everything - it is only a toy
Xtr, Xte, ytr, yte = train_test_split(X, y, random_state=3)

models = {
    "logreg": LogisticRegression(C=2.0),
    "bayes": GaussianNB(),
    "tree": DecisionTreeClassifier(max_depth=4, random_state=3),
}

print("%-8s %6s %6s %6s" % ("model", "prec", "rec", "f1"))
for name, model in models.items():
    model.fit(Xtr, ytr)
    y_hat = model.predict(Xte)
    p = precision_score(yte, y_hat)
    r = recall_score(yte, y_hat)
    f1 = f1_score(yte, y_hat)
    print("%-8s %6.3f %6.3f %6.3f" % (name, p, r, f1))
