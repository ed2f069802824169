// The table that strangers fill: its bound, and who has to leave.
#include "core/base/bounded_table.h"

#include <doctest/doctest.h>

#include <chrono>

using namespace connlog;

namespace {

using Table = BoundedTable<int, int, std::hash<int>, 4>;

Monotonic at(std::int64_t second) {
  return Monotonic{second * 1'000'000};
}

}  // namespace

TEST_CASE("a full table lets the longest unused go") {
  Table table(3, seconds(1'000));
  for (const int key : {1, 2, 3}) table.use(key, at(key)) = key;
  table.use(1, at(4));
  table.use(4, at(5));
  CHECK(table.size() == 3);
  CHECK(table.find(2, at(5)) == nullptr);
  REQUIRE(table.find(1, at(5)) != nullptr);
  CHECK(*table.find(1, at(5)) == 1);
}

TEST_CASE("newcomers push out newcomers, not those of a higher rank") {
  Table table(4, seconds(1'000));
  table.use(-1, at(1)) = 7;
  table.set_rank(-1, 3);
  table.use(-2, at(2)) = 8;
  table.set_rank(-2, 99);  // capped to the highest there is
  for (int key = 0; key < 1'000; ++key) table.use(key, at(3));
  CHECK(table.size() == 4);
  CHECK(table.find(-1, at(3)) != nullptr);
  CHECK(table.find(-2, at(3)) != nullptr);
  CHECK(table.find(998, at(3)) != nullptr);
}

TEST_CASE("what was not used for long is not there, and makes room before the low ranks do") {
  Table table(2, seconds(10));
  table.use(1, at(0));
  table.set_rank(1, 3);
  table.use(2, at(8));
  table.use(3, at(11));
  CHECK(table.find(2, at(11)) != nullptr);
  CHECK(table.find(1, at(11)) == nullptr);
  CHECK(table.find(2, at(30)) == nullptr);
  CHECK(table.use(3, at(30)) == 0);
  CHECK(table.size() == 1);
}

TEST_CASE("a table of high ranks alone still takes newcomers") {
  Table table(2, seconds(1'000));
  for (const int key : {1, 2}) {
    table.use(key, at(key));
    table.set_rank(key, 3);
  }
  table.use(3, at(3)) = 3;
  CHECK(table.size() == 2);
  CHECK(table.find(3, at(3)) != nullptr);
  CHECK(table.find(1, at(3)) == nullptr);
}

TEST_CASE("a flood of a million strangers costs each of them the same") {
  Table table(8'192, seconds(3'600));
  // With a scan of the table for each newcomer this would take minutes, and the test's time limit would end it.
  for (int key = 0; key < 1'000'000; ++key) table.use(key, at(1 + key / 1'000));
  CHECK(table.size() == 8'192);
}
