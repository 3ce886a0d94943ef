"""Pick k for k-means by the silhouette."""
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs
from sklearn.metrics import silhouette_score

def main():
    points, _ = make_blobs(n_samples=400, centers=4, cluster_std=1.1, random_state=17)

    best_k, best_silhouette = None, -1.0
    for k in range(2, 8):
        labels = KMeans(n_clusters=k, n_init=4, random_state=17).fit_predict(points)
        silhouette = silhouette_score(points, labels)
        print("k=%d  silhouette=%.4f" % (k, silhouette))
        if silhouette > best_silhouette:
            best_k, best_silhouette = k, silhouette

    print("chosen: k=%d (silhouette %.4f)" % (best_k, best_silhouette))

main()
