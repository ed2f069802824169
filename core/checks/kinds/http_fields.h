// What the check of a web address asks people for, and what follows from it before anything is sent: the parsed plan, or the
// field that is wrong. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/checks/check.h"
#include "core/checks/json_path.h"
#include "core/kinds/field.h"
#include "core/net/http_client.h"
#include "core/net/http_url.h"

namespace connlog {

struct StatusRange {
  int from = 0, to = 0;
};
// "200-299,301". Errors name `field`.
Result<std::vector<StatusRange>> parse_status_ranges(std::string_view text, const std::string& field);
bool is_accepted(const std::vector<StatusRange>& ranges, int status);

enum class HttpLogin : std::uint8_t { none, basic, bearer, oauth2 };
template <>
inline constexpr auto kWords<HttpLogin> = words_for<HttpLogin>({
    {HttpLogin::none, "none"},
    {HttpLogin::basic, "basic"},
    {HttpLogin::bearer, "bearer"},
    {HttpLogin::oauth2, "oauth2"},
});

struct HttpPlan {
  std::string url;
  HttpUrl target;
  std::string method;
  std::vector<HttpHeader> headers, secret_headers;  // the secret ones go to the monitor's own host alone
  std::string host_header;                          // likewise; empty: as in the address
  std::string body;
  HttpLogin login = HttpLogin::none;
  std::string token_url, client_id, scope;  // OAuth2
  std::vector<StatusRange> accepted;
  std::string keyword;
  bool keyword_absent = false;
  std::optional<JsonPath> json_path;
  std::string json_path_text;
  JsonCompare json_compare = JsonCompare::exists;
  std::string json_value;
  bool follow_redirects = true;
  AddressFamily family = AddressFamily::any;

  bool reads_content() const { return !keyword.empty() || json_path.has_value(); }
};

inline constexpr std::size_t kHttpFieldCount = 27;
extern const Field kHttpFields[kHttpFieldCount];
// Errors name "fields.<name>".
Result<HttpPlan> http_plan(const FieldValues& values, const FieldSecrets& secrets);

CheckTarget http_target(const FieldValues& values);
std::string http_shown(const FieldValues& values);
Result<void> check_http_fields(const FieldValues& values, const FieldSecrets& secrets);
std::optional<FieldValues> propose_http(std::string_view text);

// "Basic dXNlcjpwYXNz" (RFC 7617).
std::string basic_credentials(std::string_view user, std::string_view password);

}  // namespace connlog
