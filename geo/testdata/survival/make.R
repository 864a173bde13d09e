# Golden figures of Kaplan-Meier for geo/survival_test.go. Run in this folder with `Rscript make.R` (Debian: r-cran-survival).
# <case>.csv are the durations in days and whether each ended; <case>.curve.csv is survfit's curve at each day with an end;
# quantiles.csv are R's quantiles: -1 where the curve does not reach them.
library(survival)
set.seed(20261123)
n <- 200
life <- ceiling(rweibull(n, 0.8, 120))
seen <- sample(1:365, n, replace = TRUE)
cases <- list(
  places = data.frame(days = pmin(life, seen), ended = as.integer(life <= seen)),
  # Half of four have ended: the curve stands at 0.5 for a while, and R's quantile is the middle of that while.
  flat = data.frame(days = c(10, 20, 30, 40), ended = c(1, 1, 1, 1)),
  plateau = data.frame(days = c(10, 20, 30, 40), ended = c(1, 1, 0, 0)),
  lasting = data.frame(days = c(5, 5, 9, 30, 30, 30, 41, 0, 0), ended = c(1, 0, 1, 0, 0, 0, 0, 1, 0))
)
at <- c(0.1, 0.25, 0.5, 0.75, 0.9)
quantiles <- NULL
for (name in names(cases)) {
  d <- cases[[name]]
  # survfit drops nothing at day 0 but starts its curve there.
  fit <- survfit(Surv(days, ended) ~ 1, d)
  ends <- fit$n.event > 0
  error <- ifelse(fit$surv > 0, fit$std.err * fit$surv, 0)
  write.csv(d, paste0(name, ".csv"), row.names = FALSE, quote = FALSE)
  write.csv(data.frame(day = fit$time[ends], at_risk = fit$n.risk[ends], ended = fit$n.event[ends],
    share = format(fit$surv[ends], digits = 15), error = format(error[ends], digits = 15, scientific = FALSE)),
    paste0(name, ".curve.csv"), row.names = FALSE, quote = FALSE)
  q <- quantile(fit, at, conf.int = FALSE)
  q[is.na(q)] <- -1
  quantiles <- rbind(quantiles, data.frame(case = name, p = at, days = as.numeric(q)))
}
write.csv(quantiles, "quantiles.csv", row.names = FALSE, quote = FALSE)
