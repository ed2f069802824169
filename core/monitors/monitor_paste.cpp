#include "core/monitors/monitor_paste.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/secret_shapes.h"
#include "core/base/text.h"

namespace connlog {
namespace {

constexpr std::string_view kUser = "username", kPassword = "password", kAuth = "auth", kBasic = "basic";
constexpr std::string_view kSecretHeaders = "secret_headers";
constexpr std::size_t kNameBytesMax = 80;

// Parameters of an address and headers that carry credentials by their name alone.
constexpr std::string_view kSecretParameters[] = {
    "token", "access_token", "auth_token", "api_key",       "apikey", "password",  "passwd",
    "pwd",   "secret",       "auth",       "client_secret", "sig",    "signature", "x-amz-signature"};
constexpr std::string_view kSecretHeaderNames[] = {"authorization", "proxy-authorization", "cookie", "x-api-key",
                                                   "x-auth-token"};

const Field* field_of(const CheckKind& kind, std::string_view name) {
  const auto found = std::ranges::find(kind.fields, name, &Field::name);
  return found == kind.fields.end() ? nullptr : &*found;
}

std::string in_fields(const Field& field) {
  return fmt::format("fields.{}", field.name);
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// "%40" → "@". What is no such form stays as it is.
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = i + 2 < text.size() ? digit_of(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? digit_of(text[i + 2]) : -1;
    if (text[i] == '%' && high >= 0 && low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

struct TakenApart {
  std::string address;  // without the credentials
  std::string user;
  Secret password;
};

// "https://user:password@example.org". Nothing: there are no credentials in it.
std::optional<TakenApart> taken_apart(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos || scheme > 10) return std::nullopt;
  const std::size_t begin = scheme + 3;
  const std::size_t end = std::min(text.find_first_of("/?#\\", begin), text.size());
  const std::size_t at = text.substr(begin, end - begin).rfind('@');
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view login = text.substr(begin, at);
  const std::size_t colon = login.find(':');
  TakenApart taken;
  taken.user = decoded(login.substr(0, colon));
  if (colon != std::string_view::npos) taken.password = Secret(decoded(login.substr(colon + 1)));
  taken.address.append(text.substr(0, begin)).append(text.substr(begin + at + 1));
  return taken;
}

bool is_given(const GivenFields& given, std::string_view name) {
  const GivenField* field = given.find(name);
  return field != nullptr && field->form == GivenField::Form::text && !field->text.empty();
}

GivenField secret_text(Secret text) {
  GivenField field;
  field.form = GivenField::Form::text;
  field.text = std::move(text);
  return field;
}

// The label of the field into which a secret belongs instead; empty: the kind has none.
std::string_view place_for_secrets(const CheckKind& kind) {
  if (const Field* headers = field_of(kind, kSecretHeaders)) return headers->label;
  const auto found = std::ranges::find_if(kind.fields, [](const Field& field) { return is_secret(field); });
  return found == kind.fields.end() ? std::string_view() : found->label;
}

Error readable(const CheckKind& kind, const Field& field, std::string_view what) {
  const std::string_view place = place_for_secrets(kind);
  return invalid(in_fields(field),
                 fmt::format("{} stands in “{}”, where everybody who sees this monitor could read it. {}", what,
                             field.label,
                             place.empty() ? std::string("Leave it out.")
                                           : fmt::format("Put it into “{}”, which is stored sealed.", place)));
}

// The name of a parameter that carries a secret; empty: none does.
std::string secret_parameter(std::string_view address) {
  std::size_t at = address.find('?');
  while (at != std::string_view::npos && at + 1 < address.size()) {
    const std::size_t end = address.find_first_of("&;#", at + 1);
    const std::string_view pair = address.substr(at + 1, end == std::string_view::npos ? end : end - at - 1);
    const std::size_t equals = pair.find('=');
    const std::string name = folded(pair.substr(0, equals));
    const bool has_value = equals != std::string_view::npos && equals + 1 < pair.size();
    if (has_value && std::ranges::find(kSecretParameters, name) != std::end(kSecretParameters)) return name;
    if (end == std::string_view::npos || address[end] == '#') break;
    at = end;
  }
  return {};
}

// The name of a header that carries credentials; empty: none does.
std::string secret_header(std::string_view lines) {
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    std::string name = folded(line.substr(0, line.find(':')));
    while (!name.empty() && (name.back() == ' ' || name.back() == '\t')) name.pop_back();
    if (std::ranges::find(kSecretHeaderNames, name) != std::end(kSecretHeaderNames)) return name;
  }
  return {};
}

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// What one line proposes; nothing: no kind understands it.
std::optional<MonitorProposal> proposal_of(const CheckTable& kinds, std::string_view line) {
  auto taken = taken_apart(line);
  const std::string address = taken ? taken->address : std::string(line);
  for (const CheckKind* kind : kinds.kinds()) {
    if (kind->propose == nullptr) continue;
    auto values = kind->propose(address);
    if (!values) continue;
    MonitorProposal proposal;
    proposal.kind = kind;
    proposal.values = *std::move(values);
    proposal.name = name_of_check(*kind, proposal.values);
    if (taken && field_of(*kind, kUser) != nullptr && field_of(*kind, kPassword) != nullptr) {
      if (field_of(*kind, kAuth) != nullptr) proposal.values.set(kAuth, std::string(kBasic));
      proposal.values.set(kUser, taken->user);
      proposal.secrets_moved.emplace_back(kUser);
      if (!taken->password.empty()) {
        proposal.secrets.set(kPassword, std::move(taken->password));
        proposal.secrets_moved.emplace_back(kPassword);
      }
    }
    return proposal;
  }
  return std::nullopt;
}

}  // namespace

GivenFields clone_of(const GivenFields& given) {
  GivenFields copy;
  for (const auto& [name, field] : given.entries()) {
    GivenField one;
    one.form = field.form;
    one.flag = field.flag;
    one.number = field.number;
    one.text = field.text.clone();
    copy.set(name, std::move(one));
  }
  return copy;
}

Result<std::vector<std::string>> move_credentials(const CheckKind& kind, GivenFields& given) {
  std::vector<std::string> moved;
  for (const Field& field : kind.fields) {
    if (field.type != FieldType::url && !field.address) continue;
    const GivenField* address = given.find(field.name);
    if (address == nullptr || address->form != GivenField::Form::text) continue;
    auto taken = taken_apart(address->text.reveal());
    if (!taken) continue;
    if (!field.address || field_of(kind, kUser) == nullptr || field_of(kind, kPassword) == nullptr) {
      return invalid(in_fields(field),
                     "A user name or a password in the address would be readable for everybody here. Leave it out.");
    }
    if (is_given(given, kUser) || is_given(given, kPassword)) {
      return invalid(in_fields(field),
                     "There is a user name or a password in the address, and another one in its own field. Take it out "
                     "of the address.");
    }
    given.text(field.name, taken->address);
    given.text(kUser, taken->user);
    moved.emplace_back(kUser);
    if (field_of(kind, kAuth) != nullptr) given.text(kAuth, kBasic);
    if (!taken->password.empty()) {
      given.set(kPassword, secret_text(std::move(taken->password)));
      moved.emplace_back(kPassword);
    }
  }
  return moved;
}

Result<void> refuse_readable_secrets(const CheckKind& kind, const FieldValues& values) {
  for (const Field& field : kind.fields) {
    const bool is_text = field.type == FieldType::text || field.type == FieldType::url || field.type == FieldType::lines;
    if (!is_text) continue;
    const std::string text = values.text(field.name);
    if (text.empty()) continue;
    const auto found = find_secrets(text);
    if (!found.empty()) return readable(kind, field, fmt::format("What looks like {}", found.front().noun));
    if (field.type == FieldType::url || field.address) {
      const std::string parameter = secret_parameter(text);
      if (!parameter.empty()) return readable(kind, field, fmt::format("The value of “{}=”", parameter));
    }
    if (field.name == "headers" && field_of(kind, kSecretHeaders) != nullptr) {
      const std::string header = secret_header(text);
      if (!header.empty()) return readable(kind, field, fmt::format("The header “{}”", header));
    }
  }
  return {};
}

std::string name_of_check(const CheckKind& kind, const FieldValues& values) {
  const CheckTarget target = kind.target(values);
  return cut(harmless(target.host.empty() ? std::string(kind.title) : target.host), kNameBytesMax);
}

std::vector<MonitorProposal> propose_monitors(const CheckTable& kinds, std::string_view text) {
  std::vector<MonitorProposal> proposals;
  while (!text.empty() && proposals.size() < kProposalsMax) {
    const std::string_view whole = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), whole.size() + 1));
    const std::string_view line = trimmed(whole);
    if (line.empty() || line.front() == '#') continue;
    if (auto proposal = proposal_of(kinds, line)) proposals.push_back(*std::move(proposal));
  }
  return proposals;
}

}  // namespace connlog
