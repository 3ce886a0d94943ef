# 5-fold cross-validation of a decision tree on iris
from sklearn import datasets, tree
from sklearn.model_selection import cross_val_score

iris = datasets.load_iris()

clf = tree.DecisionTreeClassifier(max_depth=3, min_samples_leaf=4, random_state=0)

scores = cross_val_score(clf, iris.data, iris.target, cv=5)
print(scores)
print("Accuracy: %0.3f (+/- %0.3f)" % (scores.mean(), scores.std() * 2))

f1 = cross_val_score(clf, iris.data, iris.target, cv=5, scoring='f1_macro')
print("F1: %0.3f (+/- %0.3f)" % (f1.mean(), f1.std() * 2))
