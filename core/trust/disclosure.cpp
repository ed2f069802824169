#include "core/trust/disclosure.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/net/mail_header.h"

namespace connlog {
namespace {

using nlohmann::json;

constexpr const char* kSettingKey = "disclosure";
constexpr std::size_t kContactsMax = 5;
constexpr std::size_t kAddressBytesMax = 300;
constexpr std::size_t kPolicyBytesMax = 20'000;
constexpr std::int64_t kDayMicros = 86'400'000'000;
constexpr std::int64_t kExpiresDays = 90;

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string::npos ? std::string() : text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

// Whether the text is printable ASCII without blanks and quotes: it cannot begin another line or field.
bool is_plain(std::string_view text) {
  for (const char c : text) {
    if (c <= 0x20 || c >= 0x7f || std::string_view("\"<>\\^`{|}").find(c) != std::string_view::npos) return false;
  }
  return !text.empty() && text.size() <= kAddressBytesMax;
}

// RFC 9116 §2.5.3: a URI; web addresses only over https.
Result<std::string> contact_of(const std::string& typed) {
  std::string text = trimmed(typed);
  if (text.find(':') == std::string::npos && text.find('@') != std::string::npos) text = "mailto:" + text;
  const bool mail = text.starts_with("mailto:") && check_mail_address(text.substr(7), "contacts").has_value();
  const bool phone =
      text.starts_with("tel:") && text.size() > 6 && text.find_first_not_of("0123456789+-.()", 4) == std::string::npos;
  const bool web = text.starts_with("https://") && text.size() > 10;
  if ((!mail && !phone && !web) || !is_plain(text)) {
    return invalid(
        "contacts",
        "A contact is a mail address, an https:// address, or a telephone number such as tel:+31-20-1234567.");
  }
  return text;
}

Result<std::string> web_address(const std::string& field, const std::string& typed) {
  std::string text = trimmed(typed);
  if (!text.empty() && (!text.starts_with("https://") || text.size() < 11 || !is_plain(text)))
    return invalid(field, "This must be an address that begins with https://, or empty.");
  return text;
}

Result<std::string> languages_of(const std::string& typed) {
  std::string out;
  std::string rest = typed;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string tag = trimmed(rest.substr(0, comma));
    rest.erase(0, std::min(comma + 1, rest.size()));
    if (tag.empty()) continue;
    if (tag.size() > 20 ||
        tag.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != std::string::npos) {
      return invalid("languages", "Languages are tags such as en, nl, de-AT, with commas between them.");
    }
    if (!out.empty()) out += ", ";
    out += tag;
  }
  if (out.empty()) out = "en";
  if (out.size() > 100) return invalid("languages", "Name fewer languages.");
  return out;
}

}  // namespace

Result<Disclosure> checked(Disclosure disclosure) {
  Disclosure out;
  for (const std::string& typed : disclosure.contacts) {
    if (trimmed(typed).empty()) continue;
    auto contact = TRY(contact_of(typed));
    out.contacts.push_back(std::move(contact));
  }
  if (out.contacts.size() > kContactsMax)
    return invalid("contacts", fmt::format("Name at most {} contacts.", kContactsMax));
  out.policy = trimmed(disclosure.policy);
  if (out.policy.size() > kPolicyBytesMax)
    return invalid("policy", fmt::format("The policy is longer than {} bytes.", kPolicyBytesMax));
  out.languages = TRY(languages_of(disclosure.languages));
  out.encryption = TRY(web_address("encryption", disclosure.encryption));
  out.acknowledgments = TRY(web_address("acknowledgments", disclosure.acknowledgments));
  return out;
}

Result<Disclosure> load_disclosure(const SettingStore& store, Snapshot& snapshot) {
  Disclosure disclosure;
  const auto text = TRY(store.get(snapshot, kSettingKey));
  if (!text) return disclosure;
  const json stored = json::parse(*text, nullptr, false);
  if (!stored.is_object()) {
    return Error{ErrorCode::internal,
                 "The stored disclosure settings cannot be read. Enter them again.",
                 {},
                 "setting disclosure: not the expected JSON"};
  }
  const auto word = [&](const char* key) {
    return stored.contains(key) && stored[key].is_string() ? stored[key].get<std::string>() : std::string();
  };
  if (stored.contains("contacts") && stored["contacts"].is_array()) {
    for (const json& contact : stored["contacts"]) {
      if (contact.is_string()) disclosure.contacts.push_back(contact.get<std::string>());
    }
  }
  disclosure.policy = word("policy");
  disclosure.languages = word("languages");
  disclosure.encryption = word("encryption");
  disclosure.acknowledgments = word("acknowledgments");
  return checked(std::move(disclosure));
}

Result<void> change_disclosure(SettingStore& store, AuditLog& audit, Transaction& tx, const Actor& actor,
                               const Disclosure& disclosure) {
  const Disclosure good = TRY(checked(disclosure));
  const json stored = {{"contacts", good.contacts},
                       {"policy", good.policy},
                       {"languages", good.languages},
                       {"encryption", good.encryption},
                       {"acknowledgments", good.acknowledgments}};
  TRY(store.put(tx, kSettingKey, stored.dump(-1, ' ', false, json::error_handler_t::replace)));
  return audit.append(tx, actor, "disclosure.changed", good.contacts.empty() ? "no contact" : good.contacts.front(),
                      good.policy.empty() ? "the default policy" : "a policy of the operator");
}

std::string security_txt(const Disclosure& disclosure, const std::string& public_url, Instant now) {
  std::string text = "# Weaknesses of this installation: tell whoever runs it.\n";
  for (const std::string& contact : disclosure.contacts) text += fmt::format("Contact: {}\n", contact);
  // The file must name a contact (RFC 9116 §2.5.3). Without one, it names the page /security, which says what to do
  // then.
  if (disclosure.contacts.empty()) text += fmt::format("Contact: {}/security\n", public_url);
  const std::int64_t today = now.micros / kDayMicros * kDayMicros;
  text += fmt::format("Expires: {}\n", to_iso8601(Instant{today + kExpiresDays * kDayMicros}));
  if (!disclosure.encryption.empty()) text += fmt::format("Encryption: {}\n", disclosure.encryption);
  if (!disclosure.acknowledgments.empty()) text += fmt::format("Acknowledgments: {}\n", disclosure.acknowledgments);
  text += fmt::format("Preferred-Languages: {}\n", disclosure.languages);
  text += fmt::format("Canonical: {}/.well-known/security.txt\n", public_url);
  text += fmt::format("Policy: {}/security\n", public_url);
  return text;
}

}  // namespace connlog
