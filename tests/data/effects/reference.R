# Reference numbers for tests/test_effect_statistics.py: Rscript tests/data/effects/reference.R > tests/data/effects/reference.csv
# R 4.2.2, metafor 3.8-1. Intervals: t.test on samples made with exactly that mean and SD, Wilson limits of prop.test put
# together as in Newcombe (Stat Med 1998;17:873, method 10), binom.test. g and its variance: the Cochrane Handbook's
# formulas on metafor's d, its exact correction taken back.
suppressMessages(library(metafor))
z <- qnorm(0.975)
sample_of <- function(mean, sd, n) mean + sd * as.vector(scale(seq_len(n)^1.5))
out <- function(kind, x, yi, vi, value, lower, upper)
  cat(sprintf("%s,%s,%.15g,%.15g,%.15g,%.15g,%.15g\n", kind, paste(x, collapse = " "), yi, vi, value, lower, upper))
cat("kind,case,yi,vi,value,lower,upper\n")

means <- list(
  c(103, 5.5, 50, 100, 4.5, 50), c(2, 1, 2, 1, 1, 2), c(-1.4, 3.2, 3, 2.6, 0.7, 2), c(0, 1, 10, 0, 1, 10),
  c(5.2, 0, 4, 4.1, 1.3, 6), c(12.5, 10.2, 181, 11.9, 22.7, 17), c(1e-4, 2e-5, 8, 3e-4, 5e-5, 9),
  c(123456.7, 2345.6, 12, 120000.1, 1999.9, 11), c(-8.3, 7.1, 25, -3.2, 6.8, 24), c(20.1, 3.1, 10, 13.8, 10.2, 10))
for (x in means) {
  md <- escalc(measure = "MD", m1i = x[1], sd1i = x[2], n1i = x[3], m2i = x[4], sd2i = x[5], n2i = x[6])
  ci <- if (x[2] == 0) {
    v <- c(0, x[5]^2 / x[6]); df <- sum(v)^2 / (v[2]^2 / (x[6] - 1)); md$yi + c(-1, 1) * qt(0.975, df) * sqrt(sum(v))
  } else t.test(sample_of(x[1], x[2], x[3]), sample_of(x[4], x[5], x[6]))$conf.int
  out("MD", x, md$yi, md$vi, md$yi, ci[1], ci[2])
  d <- escalc(measure = "SMD", m1i = x[1], sd1i = x[2], n1i = x[3], m2i = x[4], sd2i = x[5], n2i = x[6])$yi
  N <- x[3] + x[6]; m <- N - 2; d <- d / exp(lgamma(m / 2) - log(sqrt(m / 2)) - lgamma((m - 1) / 2))
  g <- d * (1 - 3 / (4 * N - 9)); v <- N / (x[3] * x[6]) + g^2 / (2 * (N - 3.94))
  out("SMD", x, g, v, g, g - z * sqrt(v), g + z * sqrt(v))
}

tables <- list(
  c(56, 70, 48, 80), c(9, 10, 3, 10), c(6, 7, 2, 7), c(5, 56, 0, 29), c(0, 10, 0, 10), c(0, 10, 3, 12), c(10, 10, 3, 12),
  c(3, 12, 12, 12), c(10, 10, 0, 20), c(10, 10, 10, 10), c(1, 1, 0, 1), c(1, 2, 1, 2), c(0, 1, 1, 3), c(25, 181, 1, 17),
  c(5, 20, 1, 20))
for (x in tables) {
  cells <- function(measure, ...) escalc(measure = measure, ai = x[1], n1i = x[2], ci = x[3], n2i = x[4], ...)
  none <- x[1] == 0 && x[3] == 0; every <- x[1] == x[2] && x[3] == x[4]
  for (measure in c("RR", "OR")) if (!none && !every) {
    e <- cells(measure)
    out(measure, x, e$yi, e$vi, exp(e$yi), exp(e$yi - z * sqrt(e$vi)), exp(e$yi + z * sqrt(e$vi)))
  }
  p1 <- x[1] / x[2]; p2 <- x[3] / x[4]
  w1 <- suppressWarnings(prop.test(x[1], x[2], correct = FALSE))$conf.int
  w2 <- suppressWarnings(prop.test(x[3], x[4], correct = FALSE))$conf.int
  rd <- cells("RD", add = 0)
  out("RD", x, rd$yi, rd$vi, rd$yi, rd$yi - sqrt((p1 - w1[1])^2 + (w2[2] - p2)^2), rd$yi + sqrt((w1[2] - p1)^2 + (p2 - w2[1])^2))
}

for (x in list(c(0, 1), c(1, 1), c(0, 20), c(20, 20), c(5, 20), c(14, 42), c(1, 3), c(263, 5000), c(2, 3))) {
  p <- x[1] / x[2]; ci <- binom.test(x[1], x[2])$conf.int
  out("PR", x, p, p * (1 - p) / x[2], p, ci[1], ci[2])
}

for (x in list(c(-6.3, 4.2, 10), c(2.5, 0.9, 2), c(0.01, 3.3, 57), c(-110.4, 22, 6))) {
  ci <- t.test(sample_of(x[1], x[2], x[3]))$conf.int
  out("MN", x, x[1], x[2]^2 / x[3], x[1], ci[1], ci[2])
}
