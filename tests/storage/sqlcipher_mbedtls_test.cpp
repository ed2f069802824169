// SQLCipher over our provider: what it writes is encrypted and comes back with the key only.

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace {

struct TemporaryFile {
  std::string directory = [] {
    std::string name = std::filesystem::temp_directory_path() / "connlog-cipher-XXXXXX";
    return std::string(mkdtemp(name.data()));
  }();
  std::string path = directory + "/file.db";
  ~TemporaryFile() { std::filesystem::remove_all(directory); }
};

struct Connection {
  sqlite3* db = nullptr;
  explicit Connection(const std::string& path, const std::string& key) {
    REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
    REQUIRE(sqlite3_key(db, key.data(), static_cast<int>(key.size())) == SQLITE_OK);
  }
  ~Connection() { sqlite3_close(db); }
  int run(const char* sql) { return sqlite3_exec(db, sql, nullptr, nullptr, nullptr); }
};

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

const std::string kKey = "x'" + std::string(64, '7') + "'";
const std::string kOtherKey = "x'" + std::string(64, '8') + "'";

}  // namespace

TEST_CASE("an encrypted file shows neither its header nor its text") {
  TemporaryFile file;
  Connection connection(file.path, kKey);
  REQUIRE(connection.run("CREATE TABLE secret (word TEXT); INSERT INTO secret VALUES ('plainly-visible')") ==
          SQLITE_OK);
  const auto bytes = content(file.path);
  CHECK(bytes.size() >= 4096);
  CHECK(bytes.find("SQLite format") == std::string::npos);
  CHECK(bytes.find("plainly-visible") == std::string::npos);
}

TEST_CASE("the right key reads, a wrong key does not") {
  TemporaryFile file;
  {
    Connection connection(file.path, kKey);
    REQUIRE(connection.run("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1)") == SQLITE_OK);
  }
  CHECK(Connection(file.path, kKey).run("SELECT n FROM t") == SQLITE_OK);
  CHECK(Connection(file.path, kOtherKey).run("SELECT n FROM t") == SQLITE_NOTADB);
}

TEST_CASE("a changed byte in a page is noticed") {
  TemporaryFile file;
  {
    Connection connection(file.path, kKey);
    REQUIRE(connection.run("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1)") == SQLITE_OK);
  }
  {
    std::fstream raw(file.path, std::ios::in | std::ios::out | std::ios::binary);
    raw.seekg(100);
    const char byte = static_cast<char>(raw.get() ^ 1);
    raw.seekp(100);
    raw.put(byte);
  }
  CHECK(Connection(file.path, kKey).run("SELECT n FROM t") != SQLITE_OK);
}
