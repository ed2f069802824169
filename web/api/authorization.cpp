#include "web/api/authorization.h"

#include <algorithm>

namespace connlog::web {
namespace {

constexpr std::string_view kScheme = "bearer";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The token of "Bearer <token>". Empty: another scheme, or nothing behind this one.
std::string_view token_in(std::string_view value) {
  if (value.size() <= kScheme.size() || (value[kScheme.size()] != ' ' && value[kScheme.size()] != '\t')) return {};
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    const char c = value[i] >= 'A' && value[i] <= 'Z' ? static_cast<char>(value[i] + 32) : value[i];
    if (c != kScheme[i]) return {};
  }
  return trimmed(value.substr(kScheme.size()));
}

}  // namespace

std::vector<std::string> bearer_tokens(const HttpRequest& request, std::string_view prefix) {
  std::vector<std::string> tokens;
  if (request.header_count("Authorization") == 0) return tokens;
  // Fields of one name come joined by commas, and some proxies join them themselves. No bearer token has a comma.
  const std::string list = request.header_list("Authorization");
  std::string_view rest = list;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view token = token_in(trimmed(rest.substr(0, comma)));
    if (token.starts_with(prefix)) tokens.emplace_back(token);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return tokens;
}

std::string authorization_of(const HttpRequest& request, std::string_view prefix) {
  if (request.header_count("Authorization") > 1) {
    const auto tokens = bearer_tokens(request, prefix);
    if (tokens.size() == 1) return "Bearer " + tokens.front();
  }
  return std::string(request.header("Authorization"));
}

}  // namespace connlog::web
