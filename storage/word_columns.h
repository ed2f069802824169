// Every column of the database that holds words of a closed set, and what is done with rows whose word is not known.
#pragma once

#include <span>
#include <vector>

#include "storage/connection.h"
#include "storage/unknown_words.h"

namespace connlog::storage {

std::span<const AnyWordColumn> word_columns();

// From now on this connection refuses to write over such rows (temporary triggers, nothing in the file). For the
// writer, after the migrations.
Result<void> guard_unknown_words(Connection& connection);

// How many rows have which unknown word. Reads whole tables: for `connlog check`.
Result<std::vector<UnknownWord>> count_unknown_words(Connection& connection);

}  // namespace connlog::storage
