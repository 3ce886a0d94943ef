"""One oracle per component: reads the store a run left behind."""
