# Golden figures of kernel density for geo/density_test.go. Run in this folder with `Rscript make.R` (Debian:
# r-cran-spatstat.explore). Coordinates are metres of EPSG:2154 from the point 880000, 6240000. window.csv are the corners of the
# window (not closed), points.csv the points with their weights, density.csv the values of density.ppp (weight per km²) at the
# centres of cells of 250 m: uniform edge correction, Gaussian kernel of 2 km.
suppressMessages(library(spatstat.explore))
set.seed(20261123)
window <- data.frame(x = c(0, 30, 30, 22, 20, 12, 0), y = c(0, 0, 20, 20, 9, 20, 20)) * 1000
owin <- owin(poly = list(x = window$x, y = window$y))
centre <- cbind(x = c(4, 15, 27), y = c(5, 3, 17)) * 1000
at <- centre[sample(1:3, 500, replace = TRUE), ] + matrix(rnorm(1000, 0, 2500), ncol = 2)
at <- round(at[inside.owin(at[, 1], at[, 2], owin), ], 1)
points <- data.frame(x = at[, 1], y = at[, 2], weight = round(runif(nrow(at), 0.5, 3), 2))
d <- density(ppp(points$x, points$y, window = owin), sigma = 2000, weights = points$weight, edge = TRUE, dimyx = c(80, 120))
table <- as.data.frame(d)
table <- table[seq(1, nrow(table), by = 7), ]
table$value <- format(table$value * 1e6, digits = 10)
write.csv(window, "window.csv", row.names = FALSE, quote = FALSE)
write.csv(points, "points.csv", row.names = FALSE, quote = FALSE)
write.csv(table, "density.csv", row.names = FALSE, quote = FALSE)
