package org.randygpt.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Who may use whom, where module-info cannot say it. */
class ArchitectureTest {
    private static final String CORE = "org.randygpt.core.";

    @TestFactory
    Stream<DynamicTest> everyRuleHolds() {
        JavaClasses ours = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("org.randygpt");
        return rules().map(rule -> DynamicTest.dynamicTest(
                rule.getDescription(), () -> rule.allowEmptyShould(true).check(ours)));
    }

    private static Stream<ArchRule> rules() {
        return Stream.of(
                mayUseOfTheProject("text"),
                mayUseOfTheProject("data", CORE + "text..", CORE + "checkpoint.."),
                mayUseOfTheProject("graph", "org.randygpt.kernels.."),
                mayUseOfTheProject("model", "org.randygpt.kernels..", CORE + "graph.."),
                mayUseOfTheProject(
                        "generate", "org.randygpt.kernels..", CORE + "model..", CORE + "graph..", CORE + "text.."),
                mayUseOfTheProject(
                        "checkpoint", "org.randygpt.kernels..", CORE + "model..", CORE + "graph..", CORE + "text.."),
                mayUseOfTheProject(
                        "gguf",
                        "org.randygpt.kernels..",
                        CORE + "checkpoint..",
                        CORE + "model..",
                        CORE + "graph..",
                        CORE + "text.."),
                slices().matching("org.randygpt.(**)").should().beFreeOfCycles().as("packages have no cycles"),
                onlyIn(new String[] {"org.randygpt.kernels.."}, "jdk.incubator.."),
                onlyIn(new String[] {"org.randygpt.cli.."}, "picocli.."),
                onlyIn(new String[] {"org.randygpt.cli.charts..", "org.randygpt.bench.."}, "org.knowm.."),
                onlyIn(new String[] {CORE + "."}, "tools.jackson.."),
                noClasses()
                        .that(not(resideInAnyPackage(
                                "org.randygpt.cli..", "org.randygpt.launcher..", "org.randygpt.bench..")))
                        .should()
                        .accessField(System.class, "out")
                        .orShould()
                        .accessField(System.class, "err")
                        .as("only cli, launcher and bench print"));
    }

    private static ArchRule mayUseOfTheProject(String part, String... others) {
        String itself = CORE + part + "..";
        DescribedPredicate<JavaClass> allowed = not(resideInAPackage("org.randygpt.."))
                .or(resideInAPackage(itself))
                .or(resideInAnyPackage(others));
        return classes()
                .that(resideInAPackage(itself))
                .should()
                .onlyDependOnClassesThat(allowed)
                .as("core." + part + " uses of the project only " + String.join(", ", others));
    }

    private static ArchRule onlyIn(String[] users, String library) {
        return noClasses()
                .that(not(resideInAnyPackage(users)))
                .should()
                .dependOnClassesThat(resideInAPackage(library))
                .as("only " + String.join(", ", users) + " use " + library);
    }
}
