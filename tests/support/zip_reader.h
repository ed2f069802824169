// Reads a ZIP strictly, as a check of those that we write: the end, the directory, each local header against the
// directory, the checksum of each file by a computation of its own, and that no byte stands between. No compression,
// no ZIP64. Pure; any thread.
#pragma once

#include <map>
#include <string>

namespace connlog::test {

struct Unzipped {
  std::string trouble;  // empty: it is whole
  std::map<std::string, std::string> files;
};

Unzipped unzip(const std::string& bytes);

}  // namespace connlog::test
