from sklearn.datasets import load_digits
from sklearn.metrics import classification_report, confusion_matrix
from sklearn.model_selection import train_test_split
from sklearn.svm import LinearSVC

digits = load_digits()
X_train, X_test, y_train, y_test = train_test_split(
    digits.data / 16, digits.target, test_size=0.5, shuffle=False)

clf = LinearSVC(C=0.3, random_state=0)
clf.fit(X_train, y_train)
predicted = clf.predict(X_test)

print("Classification report for %s:\n" % clf)
print(classification_report(y_test, predicted))
print("Confusion matrix:")
print(confusion_matrix(y_test, predicted))
