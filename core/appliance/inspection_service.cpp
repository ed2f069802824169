#include "core/appliance/inspection_service.h"

#include <nlohmann/json.hpp>

#include "core/notify/mail_health.h"
#include "core/notify/mail_settings.h"

namespace connlog {

Result<StoredFacts> InspectionService::stored(Snapshot& snapshot) const {
  StoredFacts facts = TRY(parts_.store.stored(snapshot, parts_.clock.believed()));
  const MailSettings mail = TRY(load_mail_settings(parts_.settings, snapshot));
  facts.mail_is_set_up = mail.configured;
  const auto trouble = TRY(load_mail_trouble(parts_.settings, snapshot));
  if (trouble) facts.mail_trouble = explain(*trouble);
  for (const LimitFact& fact : limit_facts()) facts.limits[fact.limit] = parts_.limits.value(fact.limit);
  const auto recovery = TRY(parts_.settings.get(snapshot, "recovery"));  // core/appliance/recovery.h
  facts.is_in_recovery = recovery && nlohmann::json::parse(*recovery, nullptr, false).is_object();
  return facts;
}

}  // namespace connlog
