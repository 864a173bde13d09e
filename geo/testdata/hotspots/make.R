# Golden figures of Getis-Ord Gi* and local Moran for geo/hotspots_test.go. Run in this folder with `Rscript make.R`
# (Debian: r-cran-spdep). It writes, for each case, <case>.csv (one unit a line) and <case>.nb (its neighbours, from 0).
#
# What the columns are:
#   gi, gi_z         localG with the unit itself among its neighbours, binary weights
#   moran, moran_e, moran_z   localmoran, row-standardised, conditional = TRUE (spdep's default): what package geo follows
#   moran_z_total    localmoran with conditional = FALSE (total randomisation of Anselin 1995), for the record
#   p                9,999 conditional permutations, without replacement, the unit's own value kept in its place: the share
#                    (1 + extremes) / (1 + 9999) of sums of the neighbours at least as far from their expectation as the
#                    one observed. One figure serves both: given x_i, Gi* and I_i are both linear in that sum.
#   q                p.adjust(p, "BH")
#   fold_g, fold_i   "Pr(folded) Sim" of localG_perm (without self: with it spdep also permutes x_i, r-spatial/spdep #123)
#                    and of localmoran_perm; both draw with replacement
suppressMessages(library(spdep))
nsim <- 9999

case <- function(name, x, nb, points = NULL) {
  n <- length(x)
  star <- nb2listw(include.self(nb), style = "B")
  g <- attr(localG(x, star, return_internals = TRUE), "internals")
  rows <- nb2listw(nb, style = "W")
  moran <- localmoran(x, rows)
  total <- localmoran(x, rows, conditional = FALSE)
  p <- sapply(seq_len(n), function(i) {
    k <- length(nb[[i]])
    expected <- k * mean(x[-i])
    seen <- abs(sum(x[nb[[i]]]) - expected)
    drawn <- replicate(nsim, sum(sample(x[-i], k)))
    (1 + sum(abs(drawn - expected) >= seen - 1e-9)) / (1 + nsim)
  })
  fold_g <- attr(localG_perm(x, nb2listw(nb, style = "B"), nsim = nsim, iseed = 1), "internals")[, "Pr(folded) Sim"]
  fold_i <- localmoran_perm(x, rows, nsim = nsim, iseed = 2)[, "Pr(folded) Sim"]
  quadrant <- attr(moran, "quadr")$pysal
  table <- data.frame(
    x = x, gi = g[, 1], gi_e = g[, 2], gi_z = g[, 4], moran = moran[, 1], moran_e = moran[, 2], moran_z = moran[, 4],
    moran_z_total = total[, 4], quadrant = quadrant, p = p, q = p.adjust(p, "BH"), fold_g = fold_g, fold_i = fold_i
  )
  if (!is.null(points)) table <- cbind(lon = points[, 1], lat = points[, 2], table)
  for (column in names(table)) {
    if (is.numeric(table[[column]])) table[[column]] <- format(table[[column]], digits = 15, trim = TRUE, scientific = FALSE)
  }
  write.csv(table, paste0(name, ".csv"), row.names = FALSE, quote = FALSE)
  writeLines(sapply(nb, function(v) paste(v - 1, collapse = " ")), paste0(name, ".nb"))
}

# Counts on a lattice of 12 × 12 with one hot corner and one hot block; queen neighbours.
set.seed(20261123)
side <- 12
at <- expand.grid(x = 1:side, y = 1:side)
heat <- 0.7 + 6 * exp(-((at$x - 3)^2 + (at$y - 9)^2) / 5) + 4 * exp(-((at$x - 11)^2 + (at$y - 2)^2) / 3)
case("lattice", as.numeric(rpois(side^2, heat)), cell2nb(side, side, type = "queen"))

# A hundred places around Marseille with counts that fall from the centre; six nearest by great circle, made symmetric.
set.seed(13)
points <- cbind(round(5.4 + rnorm(100, 0, 0.12), 6), round(43.35 + rnorm(100, 0, 0.07), 6))
far <- spDistsN1(points, c(5.38, 43.31), longlat = TRUE)
nearest <- make.sym.nb(knn2nb(knearneigh(points, k = 6, longlat = TRUE)))
case("points", as.numeric(rpois(100, 0.5 + 9 * exp(-far / 6))), nearest, points)
