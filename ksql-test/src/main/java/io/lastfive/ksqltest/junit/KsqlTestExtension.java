// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.junit;

import io.lastfive.ksqltest.driver.ScriptDriver;
import io.lastfive.ksqltest.script.ScriptTests;
import io.lastfive.ksqltest.script.Scripts;
import io.lastfive.ksqltest.script.TestResult;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** What {@link KsqlTest} does; one driver a test, closed with it. */
final class KsqlTestExtension implements TestTemplateInvocationContextProvider, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(KsqlTestExtension.class);

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return context.getTestMethod().map(KsqlTestExtension::annotation).isPresent();
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    Optional<ScriptTests> tests = cases(context);
    return tests.isEmpty()
        ? Stream.of(new OneRun())
        : tests.get().names().stream().map(name -> new CaseRun(tests.get(), name));
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType().equals(ScriptDriver.class);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return driver(context);
  }

  /** The test's driver: empty where a case brings its scripts itself. */
  private static ScriptDriver driver(ExtensionContext context) {
    return context
        .getStore(NAMESPACE)
        .computeIfAbsent(
            context.getUniqueId(),
            id -> {
              ScriptDriver driver = new ScriptDriver();
              if (cases(context).isEmpty()) {
                scripts(context).forEach(script -> Scripts.run(script, driver));
              }
              return driver;
            },
            ScriptDriver.class);
  }

  private static Optional<ScriptTests> cases(ExtensionContext context) {
    return annotations(context)
        .map(KsqlTest::cases)
        .filter(cases -> !cases.isEmpty())
        .findFirst()
        .filter(cases -> context.getTestMethod().map(KsqlTestExtension::annotation).isPresent())
        .map(cases -> ScriptTests.of(Path.of(cases), scripts(context)));
  }

  private static List<Path> scripts(ExtensionContext context) {
    return annotations(context)
        .map(KsqlTest::scripts)
        .filter(scripts -> scripts.length > 0)
        .findFirst()
        .map(scripts -> Arrays.stream(scripts).map(Path::of).toList())
        .orElse(List.of());
  }

  /** The method's, then those of the classes around it, the nearest first. */
  private static Stream<KsqlTest> annotations(ExtensionContext context) {
    List<KsqlTest> found = new ArrayList<>();
    context.getTestMethod().map(KsqlTestExtension::annotation).ifPresent(found::add);
    Optional<Class<?>> type = context.getTestClass();
    while (type.isPresent()) {
      Optional.ofNullable(type.get().getAnnotation(KsqlTest.class)).ifPresent(found::add);
      type = Optional.ofNullable(type.get().getEnclosingClass());
    }
    return found.stream();
  }

  private static KsqlTest annotation(Method method) {
    return method.getAnnotation(KsqlTest.class);
  }

  /** A method without cases. */
  private static final class OneRun implements TestTemplateInvocationContext {
    @Override
    public String getDisplayName(int invocationIndex) {
      return "scripts";
    }
  }

  /** A method for one case: first the case, then the method's body. */
  private record CaseRun(ScriptTests tests, String name) implements TestTemplateInvocationContext {
    @Override
    public String getDisplayName(int invocationIndex) {
      return name;
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of((BeforeTestExecutionCallback) this::check);
    }

    private void check(ExtensionContext context) {
      TestResult result = tests.run(name, driver(context));
      if (!result.passed()) {
        throw new AssertionError(
            "%s: %s\n%s".formatted(result.file(), name, result.failure().orElse("")));
      }
    }
  }
}
