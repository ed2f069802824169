// The table of prefixed tokens stands here; what has another form (keys in PEM form, passwords in addresses, named values)
// is recognised in secret_forms.cpp.
#include "core/base/secret_shapes.h"

#include <algorithm>
#include <array>

#include "core/base/checksum.h"
#include "core/base/secret_forms.h"

namespace connlog {
namespace {

using secret_forms::Alphabet;
using secret_forms::is_in;
using secret_forms::run_of;

// A prefix, then `least` to `most` characters of the alphabet, after which none of its characters follows.
struct Token {
  std::string_view word, noun, form;
  std::string_view prefix;
  Alphabet alphabet = Alphabet::alphanumeric;
  std::size_t least = 0, most = 0;
  bool (*fits)(std::string_view rest) = nullptr;  // what the alphabet cannot say, of all behind the prefix
};

bool has_hex_checksum(std::string_view rest) {
  std::string digits(rest);
  for (char& c : digits) c = c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
  constexpr std::string_view kHex = "0123456789abcdef";
  std::uint32_t told = 0;
  for (const char c : digits.substr(56)) told = told << 4 | static_cast<std::uint32_t>(kHex.find(c));
  return crc32(std::string_view(digits).substr(0, 56)) == told;
}
bool has_base62_checksum(std::string_view rest) {
  return crc32_base62(rest.substr(0, 22)) == rest.substr(22);
}
// "22 characters, a dot, 43 characters".
bool is_sendgrid(std::string_view rest) {
  return rest.size() == 66 && rest[22] == '.' && rest.find('.', 23) == std::string_view::npos;
}
bool has_digit(std::string_view rest) {
  return rest.find_first_of("0123456789") != std::string_view::npos;
}
bool has_digit_and_capital(std::string_view rest) {
  return has_digit(rest) && std::ranges::any_of(rest, [](char c) { return c >= 'A' && c <= 'Z'; });
}
bool is_openai_old(std::string_view rest) {
  return rest.find("T3BlbkFJ") != std::string_view::npos;
}
bool is_grafana_service(std::string_view rest) {
  return rest.size() == 41 && rest[32] == '_';
}
bool is_postman(std::string_view rest) {
  return rest.size() == 59 && rest[24] == '-';
}
bool is_fine_grained(std::string_view rest) {
  return rest.size() >= 60 && rest[22] == '_';
}

constexpr auto kHex = Alphabet::hex;
constexpr auto kAlnum = Alphabet::alphanumeric;
constexpr auto kWordly = Alphabet::word;    // letters, digits, _ and -
constexpr auto kDotted = Alphabet::dotted;  // these and a dot
constexpr auto kUpper = Alphabet::upper32;  // A-Z and 2-7
constexpr auto kBase64 = Alphabet::base64;

constexpr std::array kTokens{
    // connlog's own
    Token{"connlog_agent", "a token of an agent", "agent_ and 64 hexadecimal digits", "agent_", kHex, 64, 64},
    Token{"connlog_enrolment_key", "an enrolment key", "enrol_ and 64 hexadecimal digits", "enrol_", kHex, 64, 64},
    Token{"connlog_session", "a session of connlog", "cls_ and 64 hexadecimal digits", "cls_", kHex, 64, 64},
    Token{"connlog_api_key", "an API key of connlog", "cl_, 56 hexadecimal digits and 8 of their CRC-32", "cl_", kHex,
          64, 64, has_hex_checksum},
    Token{"connlog_setup", "a set-up link's token", "setup_ and 64 hexadecimal digits", "setup_", kHex, 64, 64},
    Token{"connlog_link", "a token of a mailed link", "link_ and 64 hexadecimal digits", "link_", kHex, 64, 64},
    Token{"connlog_ack_link", "a link of a mail that acknowledges", "ack_ and 96 hexadecimal digits", "ack_", kHex, 96, 96},
    Token{"connlog_login", "a ticket of a login", "login_ and 64 hexadecimal digits", "login_", kHex, 64, 64},
    Token{"webhook_secret", "a webhook's signing secret", "whsec_ and 24 letters, digits, + or / or more", "whsec_",
          kBase64, 24, 128},
    Token{"checks_write_key", "a key of the checks' API", "hcw_, 22 letters and digits and 6 of their CRC-32", "hcw_",
          kAlnum, 28, 28, has_base62_checksum},
    Token{"checks_read_key", "a read-only key of the checks' API", "hcr_, 22 letters and digits and 6 of their CRC-32",
          "hcr_", kAlnum, 28, 28, has_base62_checksum},
    Token{"event_key", "a key of an event source", "rk and 30 letters and digits, a capital and a digit among them", "rk",
          kAlnum, 30, 30, has_digit_and_capital},
    // Code hosting and packages
    Token{"github_token", "a token of GitHub", "ghp_ and 36 letters and digits or more", "ghp_", kAlnum, 36, 251},
    Token{"github_oauth", "an OAuth token of GitHub", "gho_ and 36 letters and digits or more", "gho_", kAlnum, 36,
          251},
    Token{"github_user", "a user token of GitHub", "ghu_ and 36 letters and digits or more", "ghu_", kAlnum, 36, 251},
    Token{"github_server", "a server token of GitHub", "ghs_ and 36 letters and digits or more", "ghs_", kAlnum, 36,
          251},
    Token{"github_refresh", "a refresh token of GitHub", "ghr_ and 36 letters and digits or more", "ghr_", kAlnum, 36,
          251},
    Token{"github_fine_grained", "a fine-grained token of GitHub", "github_pat_, 22 letters and digits, _ and 59 more",
          "github_pat_", kWordly, 60, 251, is_fine_grained},
    Token{"gitlab_token", "a token of GitLab", "glpat- and 20 characters or more", "glpat-", kDotted, 20, 300},
    Token{"gitlab_deploy", "a deploy token of GitLab", "gldt- and 20 characters or more", "gldt-", kWordly, 20, 300},
    Token{"gitlab_runner", "a runner token of GitLab", "glrt- and 20 characters or more", "glrt-", kDotted, 20, 300},
    Token{"gitlab_trigger", "a trigger token of GitLab", "glptt- and 40 characters or more", "glptt-", kWordly, 40,
          300},
    Token{"atlassian_token", "a token of Atlassian", "ATATT3 and 100 characters or more", "ATATT3", kBase64, 100, 400},
    Token{"npm_token", "a token of npm", "npm_ and 36 letters and digits", "npm_", kAlnum, 36, 36},
    Token{"pypi_token", "a token of PyPI", "pypi-AgE and 50 characters or more", "pypi-AgE", kWordly, 50, 400},
    Token{"rubygems_token", "a key of RubyGems", "rubygems_ and 48 hexadecimal digits", "rubygems_", kHex, 48, 48},
    Token{"docker_token", "a token of Docker Hub", "dckr_pat_ and 27 characters", "dckr_pat_", kWordly, 27, 27},
    // Clouds
    Token{"aws_key_id", "an access key of AWS", "AKIA and 16 capitals and digits", "AKIA", kUpper, 16, 16},
    Token{"aws_session_key_id", "a session key of AWS", "ASIA and 16 capitals and digits", "ASIA", kUpper, 16, 16},
    Token{"google_api_key", "an API key of Google", "AIza and 35 characters", "AIza", kWordly, 35, 35},
    Token{"google_oauth_secret", "an OAuth secret of Google", "GOCSPX- and 28 characters", "GOCSPX-", kWordly, 28, 28},
    Token{"google_access_token", "an access token of Google", "ya29. and 30 characters or more", "ya29.", kWordly, 30,
          400},
    Token{"digitalocean_token", "a token of DigitalOcean", "dop_v1_ and 64 hexadecimal digits", "dop_v1_", kHex, 64,
          64},
    Token{"databricks_token", "a token of Databricks", "dapi and 32 hexadecimal digits", "dapi", kHex, 32, 32},
    Token{"vault_token", "a token of Vault", "hvs. and 24 characters or more", "hvs.", kWordly, 24, 300},
    Token{"doppler_token", "a token of Doppler", "dp.pt. and 40 letters and digits or more", "dp.pt.", kAlnum, 40, 60},
    Token{"tailscale_key", "a key of Tailscale", "tskey- and 20 characters or more", "tskey-", kWordly, 20, 120,
          has_digit},
    Token{"age_key", "a private key of age", "AGE-SECRET-KEY-1 and 58 capitals and digits", "AGE-SECRET-KEY-1",
          Alphabet::upper, 58, 58},
    // Money and shops
    Token{"stripe_key", "a secret key of Stripe", "sk_live_ and 24 letters and digits or more", "sk_live_", kAlnum, 24,
          250},
    Token{"stripe_test_key", "a test key of Stripe", "sk_test_ and 24 letters and digits or more", "sk_test_", kAlnum,
          24, 250},
    Token{"stripe_restricted_key", "a restricted key of Stripe", "rk_live_ and 24 letters and digits or more",
          "rk_live_", kAlnum, 24, 250},
    Token{"square_token", "an access token of Square", "sq0atp- and 22 characters", "sq0atp-", kWordly, 22, 22},
    Token{"shopify_token", "a token of Shopify", "shpat_ and 32 hexadecimal digits", "shpat_", kHex, 32, 32},
    Token{"shopify_secret", "an app secret of Shopify", "shpss_ and 32 hexadecimal digits", "shpss_", kHex, 32, 32},
    // Messages
    Token{"slack_bot", "a bot token of Slack", "xoxb- and 24 characters or more", "xoxb-", kWordly, 24, 200, has_digit},
    Token{"slack_user", "a user token of Slack", "xoxp- and 24 characters or more", "xoxp-", kWordly, 24, 200,
          has_digit},
    Token{"slack_app", "an app token of Slack", "xapp- and 24 characters or more", "xapp-", kWordly, 24, 200,
          has_digit},
    Token{"sendgrid_key", "a key of SendGrid", "SG., 22 characters, a dot and 43 characters", "SG.", kDotted, 66, 66,
          is_sendgrid},
    Token{"mailgun_key", "a key of Mailgun", "key- and 32 hexadecimal digits", "key-", kHex, 32, 32},
    // Models and tools
    Token{"openai_key", "a key of OpenAI", "sk- and 40 characters or more with T3BlbkFJ in them", "sk-", kWordly, 40,
          300, is_openai_old},
    Token{"openai_project_key", "a project key of OpenAI", "sk-proj- and 40 characters or more", "sk-proj-", kWordly,
          40, 300},
    Token{"anthropic_key", "a key of Anthropic", "sk-ant- and 40 characters or more", "sk-ant-", kWordly, 40, 300},
    Token{"huggingface_token", "a token of Hugging Face", "hf_ and 34 letters", "hf_", kAlnum, 34, 40,
          has_digit_and_capital},
    Token{"grafana_cloud_token", "a token of Grafana Cloud", "glc_ and 32 characters or more", "glc_", kBase64, 32,
          400},
    Token{"grafana_service_token", "a service account's token of Grafana",
          "glsa_, 32 letters and digits, _ and 8 hexadecimal digits", "glsa_", kWordly, 41, 41, is_grafana_service},
    Token{"new_relic_key", "a key of New Relic", "NRAK- and 27 capitals and digits", "NRAK-", Alphabet::upper, 27, 27},
    Token{"linear_key", "a key of Linear", "lin_api_ and 40 letters and digits", "lin_api_", kAlnum, 40, 40},
    Token{"notion_token", "a token of Notion", "ntn_ and 43 letters and digits or more", "ntn_", kAlnum, 43, 60},
    Token{"postman_key", "a key of Postman", "PMAK-, 24 hexadecimal digits, - and 34 more", "PMAK-", kWordly, 59, 59,
          is_postman},
    Token{"sentry_token", "a token of Sentry", "sntrys_ and 40 characters or more", "sntrys_", kBase64, 40, 400},
};

// Rows of kTokens by the first character of their prefix.
struct ByFirst {
  std::array<std::uint8_t, 128> first{}, count{};
  std::array<std::uint8_t, kTokens.size()> order{};
};
constexpr ByFirst kByFirst = [] {
  ByFirst index;
  std::uint8_t next = 0;
  for (std::size_t c = 0; c < 128; ++c) {
    index.first[c] = next;
    for (std::size_t row = 0; row < kTokens.size(); ++row) {
      if (static_cast<std::size_t>(kTokens[row].prefix.front()) != c) continue;
      index.order[next++] = static_cast<std::uint8_t>(row);
      ++index.count[c];
    }
  }
  return index;
}();

// The length of the token that begins here; 0: none does.
std::size_t token_at(const Token& token, std::string_view rest) {
  if (!rest.starts_with(token.prefix)) return 0;
  const std::string_view behind = rest.substr(token.prefix.size());
  std::size_t length = run_of(token.alphabet, behind, token.most + 1);
  // A dot at the end belongs to the sentence.
  while (length > 0 && (behind[length - 1] == '.' || behind[length - 1] == '=')) --length;
  if (length < token.least || length > token.most) return 0;
  if (length < behind.size() && is_in(Alphabet::alphanumeric, behind[length])) return 0;
  if (token.fits != nullptr && !token.fits(behind.substr(0, length))) return 0;
  return token.prefix.size() + length;
}

SecretFound prefixed_at(std::string_view text, std::size_t at) {
  const auto c = static_cast<unsigned char>(text[at]);
  if (c >= 128) return {};
  for (std::size_t i = 0; i < kByFirst.count[c]; ++i) {
    const Token& token = kTokens[kByFirst.order[kByFirst.first[c] + i]];
    if (const std::size_t length = token_at(token, text.substr(at)))
      return {.at = at, .length = length, .shape = token.word, .noun = token.noun};
  }
  return {};
}

}  // namespace

std::vector<SecretShape> secret_shapes() {
  std::vector<SecretShape> all;
  for (const Token& token : kTokens) all.push_back({token.word, token.noun, token.form});
  for (const SecretShape& form : secret_forms::shapes()) all.push_back(form);
  return all;
}

std::vector<SecretFound> find_secrets(std::string_view text) {
  std::vector<SecretFound> found;
  bool in_word = false;  // the character before belongs to a word
  std::size_t free_from = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at < free_from) {
      in_word = true;
      continue;
    }
    SecretFound one;
    if (!in_word) one = prefixed_at(text, at);
    if (one.length == 0) one = secret_forms::at(text, at, in_word, free_from);
    if (one.at > at) {  // a value behind its name that has a form of its own
      const SecretFound exact = prefixed_at(text, one.at);
      if (exact.length >= one.length) one = exact;
    }
    if (one.length > 0) {
      free_from = one.at + one.length;
      found.push_back(one);
    }
    in_word = is_in(Alphabet::alphanumeric, text[at]) || text[at] == '_';
  }
  return found;
}

std::string mask_secrets(std::string_view text) {
  const std::vector<SecretFound> found = find_secrets(text);
  if (found.empty()) return std::string(text);
  std::string out;
  std::size_t from = 0;
  for (const SecretFound& one : found) {
    out += text.substr(from, one.at - from);
    out += '[';
    out += one.noun;
    out += ']';
    from = one.at + one.length;
  }
  out += text.substr(from);
  return out;
}

}  // namespace connlog
