#include "web/api/notify/mail_page.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>

#include "core/notify/message.h"

namespace connlog::web {
namespace {

// The colours of the interface (web/ui/src/style/base.css), for the little that is here.
constexpr std::string_view kStyle =
    ":root{color-scheme:light dark}"
    "body{margin:0;padding:32px 16px;background:light-dark(#f4f6f8,#11161d);color:light-dark(#1b2430,#e7ecf3);"
    "font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}"
    "main{max-width:520px;margin:0 auto;padding:24px;background:light-dark(#fff,#1a212b);"
    "border:1px solid light-dark(#d5dce4,#333e4c);border-radius:10px}"
    "h1{margin:0 0 12px;font-size:1.35rem;line-height:1.3}p{margin:0 0 14px;overflow-wrap:anywhere}"
    "form{display:flex;flex-wrap:wrap;gap:10px;margin-top:18px}"
    "button{min-height:44px;padding:8px 18px;border:1px solid transparent;border-radius:6px;font:inherit;font-weight:600;"
    "cursor:pointer;background:light-dark(#1d4fb8,#8ab4ff);color:light-dark(#fff,#0b1526)}"
    "button.quiet{background:none;border-color:light-dark(#6b7785,#8b97a6);color:inherit}"
    "button:focus-visible{outline:3px solid light-dark(#1d4fb8,#8ab4ff);outline-offset:3px}"
    "footer{max-width:520px;margin:14px auto 0;color:light-dark(#55606d,#a3afbd);font-size:.9rem}";

// Nothing runs and nothing is loaded; the one style sheet is known by its digest (CSP 3 §6.7.3.3).
const std::string& policy() {
  static const std::string text = [] {
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(kStyle.data()), kStyle.size());
    std::array<char, sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, sodium_base64_VARIANT_ORIGINAL)> base64{};
    sodium_bin2base64(base64.data(), base64.size(), digest.data(), digest.size(), sodium_base64_VARIANT_ORIGINAL);
    return fmt::format(
        "default-src 'none'; style-src 'sha256-{}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        base64.data());
  }();
  return text;
}

}  // namespace

Reply mail_page_reply(const MailPage& page) {
  std::string body = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n"
      "<title>{0} · connlog</title>\n<style>{1}</style>\n</head>\n<body>\n<main>\n<h1>{0}</h1>\n",
      escape_html(page.title), kStyle);
  for (const std::string& paragraph : page.paragraphs) body += fmt::format("<p>{}</p>\n", escape_html(paragraph));
  if (!page.buttons.empty()) {
    body += "<form method=\"post\">\n";
    for (const MailPage::Button& button : page.buttons) {
      body += fmt::format("<button type=\"submit\" name=\"answer\" value=\"{}\"{}>{}</button>\n",
                          escape_html(button.answer), button.quiet ? " class=\"quiet\"" : "", escape_html(button.text));
    }
    body += "</form>\n";
  }
  body += "</main>\n<footer>connlog, a monitoring appliance</footer>\n</body>\n</html>\n";
  Reply reply{.status = page.status, .content_type = "text/html; charset=utf-8", .body = std::move(body)};
  reply.headers.emplace_back("Content-Security-Policy", policy());
  return reply;
}

}  // namespace connlog::web
