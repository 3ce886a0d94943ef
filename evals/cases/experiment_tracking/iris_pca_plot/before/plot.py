"""A picture of iris in two dimensions. Nothing is measured here."""
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA

iris = load_iris()
flat = PCA(n_components=2).fit_transform(iris.data)

fig, ax = plt.subplots()
for label, species in enumerate(iris.target_names):
    mask = iris.target == label
    ax.scatter(flat[mask, 0], flat[mask, 1], label=species, s=12)
ax.legend()
fig.savefig("iris.png")
print("wrote iris.png")
