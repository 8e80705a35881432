// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli;

import io.lastfive.settings.EffectiveSetting;
import io.lastfive.settings.Origin;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the effective settings and where each comes from; secrets are masked. */
@Command(
    name = "config",
    description = "Show the effective settings and where each comes from. Secrets are masked.")
final class ConfigCommand implements Runnable {
  @Mixin private CommonOptions common;

  @Option(names = "--meaning", description = "Show what each setting means as well.")
  private boolean meaning;

  @Override
  public void run() {
    List<EffectiveSetting> settings = common.settings().effective();
    if (common.json()) {
      common.console().json(settings.stream().map(ConfigCommand::json).toList());
    } else {
      print(settings);
    }
  }

  private void print(List<EffectiveSetting> settings) {
    Console console = common.console();
    Table table =
        meaning
            ? new Table("SETTING", "VALUE", "ORIGIN", "MEANING")
            : new Table("SETTING", "VALUE", "ORIGIN");
    for (EffectiveSetting setting : settings) {
      String value = setting.shownValue().orElse("-");
      String origin = setting.shownValue().isPresent() ? setting.origin().place() : "not set";
      if (meaning) {
        table.row(setting.name(), value, origin, setting.meaning());
      } else {
        table.row(setting.name(), value, origin);
      }
    }
    table.lines().forEach(console::print);
  }

  private static Map<String, Object> json(EffectiveSetting setting) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", setting.name());
    setting.shownValue().ifPresent(value -> fields.put("value", value));
    fields.put("origin", setting.shownValue().isPresent() ? setting.origin().place() : "not set");
    fields.put("isDefault", setting.origin().equals(Origin.DEFAULT));
    fields.put("meaning", setting.meaning());
    return fields;
  }
}
