#include "core/checks/kinds/http_fields.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/base/text.h"
#include "core/checks/kinds/peer_trust.h"
#include "core/net/idna.h"

namespace connlog {
namespace {

constexpr std::size_t kRangesMax = 20;
constexpr std::size_t kHeadersMax = 50;
constexpr std::int64_t kBodyCharactersMax = 16'000;
constexpr std::int64_t kKeyBytesMax = 16'000;

constexpr FieldChoice kMethods[] = {
    {"GET", "GET"},     {"HEAD", "HEAD"},     {"POST", "POST"},       {"PUT", "PUT"},
    {"PATCH", "PATCH"}, {"DELETE", "DELETE"}, {"OPTIONS", "OPTIONS"},
};
constexpr FieldChoice kLogins[] = {
    {"none", "None"},
    {"basic", "User name and password (Basic)"},
    {"bearer", "Token (Bearer)"},
    {"oauth2", "OAuth2 client credentials"},
};
constexpr FieldChoice kCompares[] = {
    {"exists", "is there"},        {"equals", "equals"},           {"not_equals", "does not equal"},
    {"contains", "contains"},      {"greater", "is greater than"}, {"less", "is less than"},
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

// RFC 9110 §5.6.2
bool is_token(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; });
}

// What a header of the monitor may not be; empty: nothing against it.
std::string_view why_no_header(std::string_view name, bool is_secret_field) {
  const std::string low = folded(name);
  if (low == "host") return "The host has a field of its own: \"Host header\".";
  for (const std::string_view framing : {"transfer-encoding", "content-length", "connection", "upgrade", "te", "trailer",
                                         "keep-alive", "expect", "http2-settings", "proxy-connection"}) {
    if (low == framing) return "connlog sets this header itself, by what it sends. Leave it out.";
  }
  if (low.starts_with("proxy-")) return "A header for the proxy cannot be given here.";
  if (low == "accept-encoding") return "connlog reads answers as they are and unpacks nothing. Leave this header out.";
  if (!is_secret_field && (low == "authorization" || low == "cookie"))
    return "This header is a secret: put it among the secret headers, or use the login.";
  return {};
}

Result<std::vector<HttpHeader>> parse_headers(std::string_view text, const std::string& field, bool is_secret_field) {
  std::vector<HttpHeader> headers;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.empty()) continue;
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon == std::string_view::npos ? 0 : colon);
    if (!is_token(name) || has_control(line)) {
      return invalid(field, fmt::format("Header {} is none. Write one a line: \"Name: value\", without control characters.",
                                        headers.size() + 1));
    }
    if (const std::string_view why = why_no_header(name, is_secret_field); !why.empty())
      return invalid(field, fmt::format("{}: {}", name.substr(0, 40), why));
    if (headers.size() == kHeadersMax) return invalid(field, fmt::format("At most {} headers.", kHeadersMax));
    headers.push_back({std::string(name), std::string(trimmed(line.substr(colon + 1)))});
  }
  return headers;
}

// "www.example.org", "10.0.0.1:8080", "[::1]".
bool is_host_header(std::string_view text) {
  if (text.empty() || text.size() > 255) return false;
  if (text.front() == '[') {
    const std::size_t end = text.find(']');
    IpAddress address;
    if (end == std::string_view::npos || !parse_ip(text.substr(0, end + 1), address)) return false;
    text = text.substr(end + 1);
    if (text.empty()) return true;
  } else {
    const std::size_t colon = text.find(':');
    if (!is_host(text.substr(0, colon))) return false;
    if (colon == std::string_view::npos) return true;
    text = text.substr(colon);
  }
  std::uint16_t port = 0;
  const auto read = std::from_chars(text.data() + 1, text.data() + text.size(), port);
  return text.front() == ':' && text.size() > 1 && read.ec == std::errc() && read.ptr == text.data() + text.size();
}

bool may_have_body(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH" || method == "DELETE";
}

Result<void> check_login(const HttpPlan& plan, const FieldValues& values, const FieldSecrets& secrets) {
  switch (plan.login) {
    case HttpLogin::none:
      return {};
    case HttpLogin::basic: {
      const std::string user = values.text("username");
      if (user.empty()) return invalid("fields.username", "The login by user name and password needs a user name.");
      if (user.find(':') != std::string::npos) return invalid("fields.username", "A user name has no colon in it.");
      return {};
    }
    case HttpLogin::bearer:
      if (!secrets.has("token")) return invalid("fields.token", "The login by token needs a token.");
      return {};
    case HttpLogin::oauth2:
      if (plan.token_url.empty())
        return invalid("fields.oauth_token_url", "OAuth2 needs the address at which the token is fetched.");
      if (plan.client_id.empty()) return invalid("fields.oauth_client_id", "OAuth2 needs a client id.");
      if (!secrets.has("oauth_client_secret"))
        return invalid("fields.oauth_client_secret", "OAuth2 needs a client secret.");
      return {};
  }
  return {};
}

Result<void> check_content(const HttpPlan& plan) {
  if (!plan.body.empty() && !may_have_body(plan.method))
    return invalid("fields.body", fmt::format("{} has no body. Choose POST, or leave the body out.", plan.method));
  if (plan.method == "HEAD" && plan.reads_content()) {
    return invalid(plan.keyword.empty() ? "fields.json_path" : "fields.keyword",
                   "An answer to HEAD has no content to look at. Choose GET.");
  }
  if (plan.keyword_absent && plan.keyword.empty())
    return invalid("fields.keyword", "Say which text must not be in the answer.");
  const bool is_compared = plan.json_path && plan.json_compare != JsonCompare::exists;
  if (is_compared && plan.json_value.empty() && plan.json_compare == JsonCompare::contains)
    return invalid("fields.json_value", "Say which text must be in the value.");
  const bool is_order = plan.json_compare == JsonCompare::greater || plan.json_compare == JsonCompare::less;
  if (plan.json_path && is_order && !json_number(plan.json_value))
    return invalid("fields.json_value", "Greater and less compare numbers, such as 5 or 0.25.");
  return {};
}

Result<void> check_client_certificate(const FieldValues& values, const FieldSecrets& secrets) {
  const bool has_certificate = !values.text("client_certificate").empty(), has_key = secrets.has("client_key");
  if (has_certificate && !has_key) return invalid("fields.client_key", "The client certificate needs its key.");
  if (!has_certificate && has_key)
    return invalid("fields.client_certificate", "The key needs the client certificate to which it belongs.");
  if (!has_key) return {};
  return check_client_pair(values.text("client_certificate"), secrets.reveal("client_key"));
}

}  // namespace

constexpr Field kHttpFields[kHttpFieldCount] = {
    {.name = "url",
     .label = "Address (URL)",
     .type = FieldType::url,
     .required = true,
     .help = "Without a user name or a password: these have fields of their own.",
     .example = "https://example.org/health",
     .address = true},
    {.name = "method", .label = "Method", .type = FieldType::choice, .default_value = "GET", .choices = kMethods},
    {.name = "headers",
     .label = "Headers",
     .type = FieldType::lines,
     .help = "One a line. A header that is a secret (a key, a cookie) belongs to the secret headers.",
     .example = "Accept: application/json"},
    {.name = "secret_headers",
     .label = "Secret headers",
     .type = FieldType::secret_lines,
     .help = "One a line. They are stored encrypted and sent to the address's own host alone, never along a redirect to "
             "another one.",
     .example = "X-Api-Key: …"},
    {.name = "host_header",
     .label = "Host header",
     .help = "Where the server is to be asked for another name than that in the address.",
     .example = "www.example.org"},
    {.name = "body",
     .label = "Body",
     .type = FieldType::lines,
     .help = "Sent with POST, PUT, PATCH and DELETE. Without a Content-Type among the headers it is sent as JSON where it "
             "begins with { or [, else as text.",
     .example = "{\"ping\": true}",
     .highest = kBodyCharactersMax},
    {.name = "auth", .label = "Login", .type = FieldType::choice, .default_value = "none", .choices = kLogins},
    {.name = "username", .label = "User name", .example = "monitor"},
    {.name = "password", .label = "Password", .type = FieldType::secret, .spaces = true},
    {.name = "token", .label = "Token", .type = FieldType::secret, .help = "Of the login by token.", .highest = 4'000},
    {.name = "oauth_token_url",
     .label = "Token address (URL)",
     .type = FieldType::url,
     .help = "Where the OAuth2 token is fetched, by the same rules as the address itself, and kept until it expires. Its "
             "certificate is checked by the authorities given below, where they are chosen, else by the system's.",
     .example = "https://login.example.org/oauth2/token",
     .address = true},
    {.name = "oauth_client_id", .label = "Client id", .example = "connlog"},
    {.name = "oauth_client_secret", .label = "Client secret", .type = FieldType::secret},
    {.name = "oauth_scope", .label = "Scope", .help = "Several are separated by spaces.", .example = "status.read"},
    {.name = "accepted_statuses",
     .label = "Accepted statuses",
     .help = "Numbers and ranges, separated by commas.",
     .example = "200-299,401",
     .default_value = "200-299"},
    {.name = "keyword",
     .label = "Keyword",
     .help = "A text that must be in the answer, as it is written: capitals count.",
     .example = "All systems operational"},
    {.name = "keyword_absent",
     .label = "The keyword must not be in the answer",
     .type = FieldType::flag,
     .default_value = "false"},
    {.name = "json_path",
     .label = "JSON path",
     .help = "The place of one value in an answer of JSON (RFC 9535).",
     .example = "$.status",
     .highest = 500},
    {.name = "json_compare",
     .label = "The value there",
     .type = FieldType::choice,
     .default_value = "exists",
     .choices = kCompares},
    {.name = "json_value", .label = "Compared with", .example = "ok"},
    {.name = "follow_redirects",
     .label = "Follow redirects",
     .type = FieldType::flag,
     .help = "At most ten, each judged anew. Off: the redirect itself is the answer whose status counts.",
     .default_value = "true"},
    {.name = "tls_trust",
     .label = "Certificate is checked by",
     .type = FieldType::choice,
     .default_value = "system",
     .choices = kTlsTrustChoices},
    {.name = "ca",
     .label = "Certificate authority",
     .type = FieldType::certificate,
     .help = "The certificates of the authorities, in PEM form.",
     .example = "-----BEGIN CERTIFICATE-----"},
    {.name = "pin",
     .label = "Public key (SHA-256)",
     .help = "64 hex digits: of the SubjectPublicKeyInfo of the server's certificate, or of an authority that it sends.",
     .example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
    {.name = "client_certificate",
     .label = "Client certificate",
     .type = FieldType::certificate,
     .help = "Where the server asks for one: in PEM form, with the intermediate ones behind it."},
    {.name = "client_key",
     .label = "Key of the client certificate",
     .type = FieldType::secret_lines,
     .help = "In PEM form, without a password.",
     .highest = kKeyBytesMax},
    {.name = "family",
     .label = "Reached by",
     .type = FieldType::choice,
     .default_value = "any",
     .choices = kFamilyChoices},
};

Result<std::vector<StatusRange>> parse_status_ranges(std::string_view text, const std::string& field) {
  const Error wrong = invalid(field, "Statuses are numbers and ranges from 100 to 599, separated by commas: 200-299,301.");
  std::vector<StatusRange> ranges;
  const auto number = [](std::string_view word, int& out) {
    word = trimmed(word);
    const auto read = std::from_chars(word.data(), word.data() + word.size(), out);
    return word.size() == 3 && read.ec == std::errc() && read.ptr == word.data() + 3 && out >= 100 && out <= 599;
  };
  for (;;) {
    const std::size_t comma = text.find(',');
    const std::string_view word = text.substr(0, comma);
    const std::size_t dash = word.find('-');
    StatusRange range;
    if (!number(word.substr(0, dash), range.from)) return wrong;
    range.to = range.from;
    if (dash != std::string_view::npos && !number(word.substr(dash + 1), range.to)) return wrong;
    if (range.to < range.from || ranges.size() == kRangesMax) return wrong;
    ranges.push_back(range);
    if (comma == std::string_view::npos) return ranges;
    text = text.substr(comma + 1);
  }
}

bool is_accepted(const std::vector<StatusRange>& ranges, int status) {
  return std::ranges::any_of(ranges,
                             [&](const StatusRange& range) { return status >= range.from && status <= range.to; });
}

Result<HttpPlan> http_plan(const FieldValues& values, const FieldSecrets& secrets) {
  HttpPlan plan;
  plan.url = values.text("url");
  plan.target = TRY(check_http_url(plan.url, "fields.url"));
  plan.method = values.text("method");
  if (plan.method.empty()) plan.method = "GET";
  plan.headers = TRY(parse_headers(values.text("headers"), "fields.headers", false));
  plan.secret_headers = TRY(parse_headers(secrets.reveal("secret_headers"), "fields.secret_headers", true));
  plan.host_header = values.text("host_header");
  if (!plan.host_header.empty() && !is_host_header(plan.host_header))
    return invalid("fields.host_header", "This is not the name of a host, such as www.example.org.");
  plan.body = values.text("body");
  plan.login = kWords<HttpLogin>.parse(values.text("auth")).value_or(HttpLogin::none);
  plan.token_url = values.text("oauth_token_url");
  plan.client_id = values.text("oauth_client_id");
  plan.scope = values.text("oauth_scope");
  const std::string accepted = values.text("accepted_statuses");
  plan.accepted = TRY(parse_status_ranges(accepted.empty() ? "200-299" : accepted, "fields.accepted_statuses"));
  plan.keyword = values.text("keyword");
  plan.keyword_absent = values.flag("keyword_absent");
  plan.json_path_text = values.text("json_path");
  if (!plan.json_path_text.empty()) plan.json_path = TRY(JsonPath::parse(plan.json_path_text, "fields.json_path"));
  plan.json_compare = kWords<JsonCompare>.parse(values.text("json_compare")).value_or(JsonCompare::exists);
  plan.json_value = values.text("json_value");
  plan.follow_redirects = values.find("follow_redirects") == nullptr || values.flag("follow_redirects");
  plan.family = kWords<AddressFamily>.parse(values.text("family")).value_or(AddressFamily::any);
  return plan;
}

CheckTarget http_target(const FieldValues& values) {
  const auto url = check_http_url(values.text("url"), "fields.url");
  return url ? CheckTarget{url->host, url->port} : CheckTarget{};
}

std::string http_shown(const FieldValues& values) {
  const std::string url = values.text("url"), method = values.text("method");
  // What follows the "?" may be long, and may be a key of the service's.
  const std::size_t query = url.find('?');
  std::string shown = query == std::string::npos ? url : url.substr(0, query) + "?…";
  return method.empty() || method == "GET" ? shown : fmt::format("{} {}", method, shown);
}

Result<void> check_http_fields(const FieldValues& values, const FieldSecrets& secrets) {
  const HttpPlan plan = TRY(http_plan(values, secrets));
  TRY(check_login(plan, values, secrets));
  TRY(check_content(plan));
  TRY(check_client_certificate(values, secrets));
  return check_trust_fields(values);
}

std::optional<FieldValues> propose_http(std::string_view text) {
  text = trimmed(text);
  std::string scheme = "https";
  const std::string low = folded(text.substr(0, 8));
  const bool has_scheme = low.starts_with("https://") || low.starts_with("http://");
  if (has_scheme) {
    scheme = low.starts_with("https://") ? "https" : "http";
    text = text.substr(scheme.size() + 3);
  }
  if (const std::size_t hash = text.find('#'); hash != std::string_view::npos) text = text.substr(0, hash);
  const std::size_t end = std::min(text.find_first_of("/?"), text.size());
  std::string_view authority = text.substr(0, end);
  const std::string_view rest = text.substr(end);
  std::string user;
  bool has_user = false;
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    user = authority.substr(0, std::min(at, authority.find(':')));
    authority = authority.substr(at + 1);
    has_user = true;
  }
  // Without a scheme: "example.org", "www.example.org/status"; with a port it is rather a service of another kind.
  const bool is_v6 = authority.starts_with('[');
  const std::size_t colon = is_v6 ? std::string_view::npos : authority.find(':');
  if (!has_scheme && (has_user || is_v6 || colon != std::string_view::npos || authority.find('.') == std::string_view::npos))
    return std::nullopt;
  std::string host(authority.substr(0, colon));
  if (!is_v6 && !is_host(host)) host = domain_to_ascii(host);
  const std::string port(colon == std::string_view::npos ? std::string_view() : authority.substr(colon));
  const std::string url = fmt::format("{}://{}{}{}", scheme, host, port, rest);
  if (host.empty() || !check_http_url(url, "fields.url")) return std::nullopt;
  FieldValues values;
  values.set("url", FieldValue(url));
  if (has_user) {
    values.set("auth", FieldValue(std::string("basic")));
    values.set("username", FieldValue(user));
  }
  return values;
}

std::string basic_credentials(std::string_view user, std::string_view password) {
  std::string pair = fmt::format("{}:{}", user, password);
  std::string out(sodium_base64_encoded_len(pair.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(pair.data()), pair.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  sodium_memzero(pair.data(), pair.size());
  out.pop_back();  // the NUL
  return "Basic " + out;
}

}  // namespace connlog
