// Rows about keys, files, certificates and the disk.
#include <fmt/format.h>

#include <filesystem>

#include "core/appliance/inspection_rows.h"

namespace connlog {
namespace {

using enum FindingSeverity;

constexpr std::chrono::days kCertificateSoon{21};
constexpr std::uint64_t kDiskVeryShort = std::uint64_t{200} << 20;
constexpr double kDiskShortPart = 0.10;

std::string keys_of(const SetUpFacts& facts) {
  return (std::filesystem::path(facts.settings.data_dir) / "keys").string();
}

// ---- keys ----

Problems key_beside_database(const SetUpFacts& facts, Instant) {
  if (!facts.database_exists || facts.key_form != MasterKeyForm::file) return {};
  return {{warning,
           fmt::format("The master key lies as a file in {}, beside the database that it opens.", keys_of(facts)),
           "Somebody with a copy of the disk, or of the whole data directory, can read everything.",
           "`connlog key rotate --to credential --key-file /etc/connlog-server/master.key` or `connlog key rotate --to "
           "passphrase` (docs/operations.md, The master key)."}};
}

Problems copies_beside_key(const SetUpFacts& facts, Instant) {
  if (facts.plain_copies == 0 || facts.key_form != MasterKeyForm::file) return {};
  const std::string backups = (std::filesystem::path(facts.settings.data_dir) / "backups").string();
  return {{warning,
           fmt::format("{} of the database lie in {}, with the master key that opens them beside.",
                       facts.plain_copies == 1 ? std::string("A copy") : fmt::format("{} copies", facts.plain_copies),
                       backups),
           "They were made before an upgrade and hold what has been deleted since.",
           fmt::format("Once the upgrade has proved itself: `rm {}/*.db`.", backups)}};
}

// ---- files ----

Problems open_files(const SetUpFacts& facts, Instant) {
  Problems out;
  for (const FileFact& file : facts.files) {
    if ((file.mode & file.forbidden) == 0) continue;
    const bool only_writing = file.forbidden == 0022;
    out.push_back({danger,
                   fmt::format("{} can be {} by other users (mode {:04o}).", file.path,
                               only_writing ? "changed" : "read or changed", file.mode),
                   only_writing ? "Who changes the settings decides where connlog sends what it knows."
                                : "Who reads the keys can open the database, or pretend to be this server.",
                   fmt::format("`chmod {:04o} {}`.", file.mode & ~file.forbidden, file.path)});
  }
  return out;
}

Problems foreign_owners(const SetUpFacts& facts, Instant) {
  Problems out;
  for (const FileFact& file : facts.files) {
    if (file.owner.empty()) continue;
    out.push_back(
        {warning,
         fmt::format("{} belongs to {}, and the data directory to user {}.", file.path, file.owner, file.wanted_owner),
         "The service may not be able to read or renew it. A command that ran as root may have made it.",
         fmt::format("`chown {} {}`.", file.wanted_owner, file.path)});
  }
  return out;
}

// ---- certificates ----

Problems certificate_unusable(const SetUpFacts& facts, Instant) {
  if (!facts.certificate || facts.certificate->trouble.empty()) return {};
  return {{danger, facts.certificate->trouble, "Without a certificate nobody reaches connlog over https.",
           fmt::format("Put a PEM file with the certificate and its chain at {}; `tls_certificate` in {} names it.",
                       facts.certificate->file, facts.settings_file)}};
}

Problems certificate_key(const SetUpFacts& facts, Instant) {
  if (!facts.certificate || facts.certificate->key_trouble.empty()) return {};
  return {{danger, facts.certificate->key_trouble, "Without its key the certificate cannot be served.",
           fmt::format("Let the user of the service read it: `chgrp connlog {0} && chmod 0640 {0}`; `tls_key` in {1} "
                       "names it.",
                       facts.certificate->key_file, facts.settings_file)}};
}

Problems certificate_end(const SetUpFacts& facts, Instant now) {
  if (!facts.certificate || !facts.certificate->trouble.empty()) return {};
  const CertificateOnDisk& certificate = *facts.certificate;
  if (certificate.not_after - now >= kCertificateSoon) return {};
  const bool is_own = certificate.key_file.empty();
  const std::string mend =
      is_own ? std::string("connlog renews its own certificate while it runs: start it, and look at Appliance, About.")
             : fmt::format("Renew it and put the new one at {}. It is taken without a restart.", certificate.file);
  const std::string day = to_iso8601(certificate.not_after).substr(0, 10);
  if (certificate.not_after <= now) {
    return {{danger, fmt::format("The certificate in {} expired on {}.", certificate.file, day),
             "Browsers and agents refuse it: nothing is reported any more.", mend}};
  }
  const auto left = std::chrono::duration_cast<std::chrono::hours>(certificate.not_after - now).count() / 24;
  return {{warning, fmt::format("The certificate in {} expires on {}, in {} days.", certificate.file, day, left),
           "Once it has expired, browsers and agents refuse it.", mend}};
}

Problems certificate_chain(const SetUpFacts& facts, Instant) {
  if (!facts.certificate || facts.certificate->key_file.empty() || !facts.certificate->trouble.empty()) return {};
  const CertificateOnDisk& certificate = *facts.certificate;
  Problems out;
  if (certificate.certificates == 1 && !certificate.is_self_signed) {
    out.push_back(
        {warning,
         fmt::format("{} holds the server's certificate alone, without those that vouch for it.", certificate.file),
         "Agents and programs that do not fetch the missing ones by themselves refuse it.",
         "Append the authority's intermediate certificates (often called fullchain.pem)."});
  }
  for (const std::string& one : certificate.left_out) {
    out.push_back({warning, fmt::format("In {} the {} cannot be used and is left out.", certificate.file, one),
                   "Who needs it to follow the chain refuses the certificate.",
                   "Ask the authority for a chain of RSA or ECDSA (P-256, P-384) certificates."});
  }
  return out;
}

// ---- disk ----

Problems disk_room(const SetUpFacts& facts, Instant) {
  if (facts.disk_bytes == 0) return {};
  const double part = static_cast<double>(facts.disk_free) / static_cast<double>(facts.disk_bytes);
  if (part >= kDiskShortPart) return {};
  return {{facts.disk_free < kDiskVeryShort ? danger : warning,
           fmt::format("{} MiB ({:.0f} %) are free where the data lies.", facts.disk_free >> 20, part * 100),
           "On a full disk nothing can be stored: agents are shown as unknown, and alerts wait.",
           "Make room on that disk, or keep readings for fewer days (Appliance, Storage)."}};
}

Problems disk_wear(const SetUpFacts& facts, Instant) {
  if (!facts.disk_wears_out) return {};
  if (facts.settings.commit_window_ms >= 0 && facts.settings.commit_window_ms < 500) {
    return {
        {warning,
         fmt::format("The data lies on an SD card or eMMC, and commit_window_ms is {}.",
                     facts.settings.commit_window_ms),
         "Such a disk takes a limited number of writes, and this writes often.",
         fmt::format("Remove the line commit_window_ms from {} and restart connlog: it then collects readings for a "
                     "second.",
                     facts.settings_file)}};
  }
  return {
      {note, "The data lies on an SD card or eMMC.",
       "Such a disk takes a limited number of writes and fails without a warning; deleted data stays in old blocks.",
       "Put the data directory on an SSD, or see that backups go to another device."}};
}

constexpr InspectionRow<SetUpFacts> kRows[] = {
    {"keys.beside_database", FindingArea::keys, "The master key does not lie beside the database.",
     key_beside_database},
    {"keys.copies_beside", FindingArea::keys, "No copy of the database lies beside the master key.", copies_beside_key},
    {"files.open", FindingArea::files, "Nobody else can read the keys or change the settings.", open_files},
    {"files.owner", FindingArea::files, "Every file belongs to the user of the data directory.", foreign_owners},
    {"certificate.unusable", FindingArea::certificate, "The certificate can be read.", certificate_unusable},
    {"certificate.key", FindingArea::certificate, "The certificate's key can be read.", certificate_key},
    {"certificate.end", FindingArea::certificate, "The certificate is valid for three weeks and more.",
     certificate_end},
    {"certificate.chain", FindingArea::certificate, "The certificate comes with its chain.", certificate_chain},
    {"disk.room", FindingArea::disk, "There is room where the data lies.", disk_room},
    {"disk.wear", FindingArea::disk, "The data does not lie on a disk that wears out.", disk_wear},
};

}  // namespace

std::span<const InspectionRow<SetUpFacts>> set_up_rows() {
  return kRows;
}

}  // namespace connlog
