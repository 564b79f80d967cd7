# The table of countries, made again in R from the rows of an exported release.
#
#   gecam estimate --edition 2022 --db estimates.gecam --release 2022.1 --reason first
#   gecam db export --db estimates.gecam --release 2022.1 --out out
#   Rscript table_in_r.R out/estimates.csv
#
# Means add: refugees and other migrants of a country are different people. Medians and ends of intervals
# do not add, so that the intervals are those of the release.

file <- commandArgs(trailingOnly = TRUE)[1]
rows <- read.csv(file, colClasses = "character", na.strings = "", check.names = FALSE)
numbers <- c("mean", "lower", "upper", "odds_ratio_1")
rows[numbers] <- lapply(rows[numbers], as.numeric)

countries <- rows[rows$breakdown == "destination" & !is.na(rows$mean), ]
groups <- rows[rows$breakdown == "destination_group" & !is.na(rows$mean), ]
added <- tapply(groups$mean, groups$iso3, sum)
total <- rows[rows$id == "total/all country-level plans", ]

# A country with a figure below the threshold of publication has no row of that group.
complete <- table(groups$iso3)[countries$iso3] == 2
off <- abs(added[countries$iso3] / countries$mean - 1)[complete]
stopifnot(length(off) > 0, max(off, na.rm = TRUE) < 1e-9)

people <- function(x) format(signif(x, 2), big.mark = ",", scientific = FALSE, trim = TRUE)
largest <- countries[order(-countries$mean), ][seq_len(min(10, nrow(countries))), ]
shown <- data.frame(
  country = largest$country, people = people(largest$mean), from = people(largest$lower),
  to = people(largest$upper), ratio_1 = people(largest$odds_ratio_1), grade = largest$grade
)
cat("release", total$release, "- migrants affected, mean and", paste0(as.numeric(total$level) * 100, "% interval\n"))
print(shown, row.names = FALSE, right = TRUE)
cat(sum(complete, na.rm = TRUE), "countries: groups add up to the country's mean, largest relative difference",
    format(max(off, na.rm = TRUE), digits = 1), "\n")
