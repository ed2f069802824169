#include "core/trust/rotation_command.h"

#include <fmt/format.h>

#include <algorithm>

namespace connlog {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '.' ||
         c == '_' || c == '-';
}

std::string in_shell(const std::string& word) {
  if (!word.empty() && std::ranges::all_of(word, is_plain)) return word;
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace

std::string rotation_command(MasterKeyForm form, const std::string& data_directory, std::int64_t generation) {
  std::string line = fmt::format("connlog key rotate --data-dir {}", in_shell(data_directory));
  if (form == MasterKeyForm::credential) line += fmt::format(" --key-file /etc/connlog/master-key-{}", generation + 1);
  return line;
}

}  // namespace connlog
