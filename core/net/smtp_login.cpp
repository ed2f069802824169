#include "core/net/smtp_login.h"

#include <mbedtls/md.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "core/base/assert.h"
#include "core/base/text.h"
#include "core/net/mail_header.h"

namespace connlog {
namespace {

constexpr std::size_t kFirstAnswerMax = 490;  // with the command on one line of 512 (RFC 4954 §4)

std::optional<std::string> from_base64(std::string_view text) {
  std::string out(text.size(), '\0');
  std::size_t length = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(), text.size(), " \r\n",
                        &length, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0) {
    return std::nullopt;
  }
  out.resize(length);
  return out;
}

std::string plain(const MailServer& server) {
  std::string text(1, '\0');
  text += server.username;
  text += '\0';
  text += server.password.reveal();
  return base64(text);
}

std::optional<std::string> cram_md5(const MailServer& server, std::string_view challenge) {
  const auto text = from_base64(challenge);
  if (!text) return std::nullopt;
  std::array<std::uint8_t, 16> digest{};
  const std::string_view key = server.password.reveal();
  const auto bytes = [](std::string_view of) { return reinterpret_cast<const unsigned char*>(of.data()); };
  const mbedtls_md_info_t* const md5 = mbedtls_md_info_from_type(MBEDTLS_MD_MD5);
  if (md5 == nullptr || mbedtls_md_hmac(md5, bytes(key), key.size(), bytes(*text), text->size(), digest.data()) != 0)
    return std::nullopt;
  return base64(server.username + " " + to_hex(digest));
}

}  // namespace

std::vector<std::string> logins_to_try(MailLogin wanted, const std::vector<std::string>& offered, bool over_tls) {
  switch (wanted) {
    case MailLogin::plain:
      return {"PLAIN"};
    case MailLogin::login:
      return {"LOGIN"};
    case MailLogin::cram_md5:
      return {"CRAM-MD5"};
    case MailLogin::automatic:
      break;
  }
  const std::vector<std::string> known = over_tls ? std::vector<std::string>{"PLAIN", "LOGIN", "CRAM-MD5"}
                                                  : std::vector<std::string>{"CRAM-MD5", "PLAIN", "LOGIN"};
  std::vector<std::string> out;
  for (const std::string& mechanism : known) {
    if (std::ranges::find(offered, mechanism) != offered.end()) out.push_back(mechanism);
  }
  return out;
}

std::string login_begin(std::string_view mechanism, const MailServer& server) {
  std::string line = "AUTH ";
  line += mechanism;
  if (mechanism != "PLAIN") return line;
  const std::string first = plain(server);
  return first.size() <= kFirstAnswerMax ? line + " " + first : line;
}

std::optional<std::string> login_answer(std::string_view mechanism, const MailServer& server, int step,
                                        std::string_view challenge) {
  if (mechanism == "PLAIN") return step == 0 ? std::optional(plain(server)) : std::nullopt;
  if (mechanism == "CRAM-MD5") return step == 0 ? cram_md5(server, challenge) : std::nullopt;
  if (step == 0) return base64(server.username);
  if (step == 1) return base64(server.password.reveal());
  return std::nullopt;
}

}  // namespace connlog
