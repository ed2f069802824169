// What travels inside the executable is there and whole.

#include "core/base/embedded.h"

#include <doctest/doctest.h>

#include <string>

TEST_CASE("the list of libraries names each with its version and checksum") {
  const auto sbom = connlog::embedded_sbom();
  for (const char* name : {"mbedtls", "libsodium", "sqlcipher", "curl", "c-ares", "httplib"}) {
    CAPTURE(name);
    CHECK(sbom.find(std::string("\"name\": \"") + name + "\"") != std::string_view::npos);
  }
  CHECK(sbom.find("\"alg\": \"SHA-256\"") != std::string_view::npos);
}

TEST_CASE("migrations are numbered from one without a gap") {
  unsigned expected = 1;
  for (const auto& migration : connlog::embedded_migrations()) {
    CHECK(migration.number == expected);
    CHECK_FALSE(migration.sql.empty());
    ++expected;
  }
}

TEST_CASE("an embedded text that does not exist is empty") {
  CHECK(connlog::embedded_text("no-such-file").empty());
}
