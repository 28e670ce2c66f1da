import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import { defineAsyncComponent } from 'vue';
import ArchitectureDrawing from './ArchitectureDrawing.vue';
import AttentionRow from './AttentionRow.vue';
import HomePage from './HomePage.vue';
import InspectExample from './InspectExample.vue';
import RuleStrip from './RuleStrip.vue';
import StepResult from './StepResult.vue';
import VectorAngle from './VectorAngle.vue';
import WeightCurves from './WeightCurves.vue';
import YardDiagram from './YardDiagram.vue';
import './style.css';

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('ArchitectureDrawing', ArchitectureDrawing);
    app.component('AttentionRow', AttentionRow);
    app.component('HomePage', HomePage);
    app.component('InspectExample', InspectExample);
    // Only the page that shows it loads it.
    app.component(
      'PlaygroundPage',
      defineAsyncComponent(() => import('./playground/PlaygroundPage.vue')),
    );
    app.component('RuleStrip', RuleStrip);
    app.component('StepResult', StepResult);
    app.component('VectorAngle', VectorAngle);
    app.component('WeightCurves', WeightCurves);
    app.component('YardDiagram', YardDiagram);
  },
} satisfies Theme;
