// Made from `client/main.ts` by `pnpm run assets`; do not edit.
// biome-ignore-all format: it is one text
// biome-ignore-all lint: it is one text
import type { Asset } from './asset.ts';

/** Holds what was made from `client/main.ts`. */
export const pageScript: Asset = {
  name: 'page-4abc1b153a.js',
  body: `var U={overview:"Overview",jobs:"Jobs",job:"Job",failures:"Failures",schedules:"Schedules",workers:"Workers",metrics:"Metrics"};function Me(e){if(e.page==="job")return\`\${e.data.name} \${e.data.id} · Jobs\`;let t=e.page==="overview"?e.data.health.problems:[];return\`\${t.length>0?\`(\${t.length}) \`:""}\${U[e.page]} · Jobs\`}var w,Be,zt,j,$e,oe,Ae,X,qe,ve,_e,Kt,H=Symbol.for("pv"),ne={},re=[],Yt=/^m(i|n|o|s|text|space)$/,we=Array.isArray,ke=re.slice,L=Object.assign;function F(e){e&&e.parentNode&&e.remove()}function Ie(e,t,o){var n,a,r,i={},s=arguments.length;for(r in t)r=="key"?n=t[r]:r=="ref"&&typeof e!="function"?a=t[r]:i[r]=t[r];return s>2&&(i.children=s>3?ke.call(arguments,2):o),Q(e,i,n,a,null)}function Q(e,t,o,n,a){var r={type:e,props:t,key:o,ref:n,__k:null,__:null,__b:0,__e:null,__c:null,constructor:H,__v:a||++Be,__i:-1,__u:0};return!a&&w.vnode&&w.vnode(r),r}function G(e){return e.children}function ee(e,t){this.props=e,this.context=t,this.__g=0}function J(e,t){if(t==null)return e.__&&J(e.__,e.__i+1);for(var o;t<e.__k.length;t++)if((o=e.__k[t])&&o.__e)return o.__e;return typeof e.type!="function"||e.props.__P?null:J(e)}function Zt(e){var t,o=e.__v,n=o.__e,a=[],r=[],i=e.__P;i&&((t=L({constructor:H},o)).__v=o.__v+1,w.vnode&&w.vnode(t),xe(i,t,o,e.__n,i.namespaceURI,32&o.__u?[n]:null,a,n||J(o),32&o.__u,r),t.__v=o.__v,t.__.__k[t.__i]=t,ze(a,t,r),o.__=o.__e=null,t.__e!=n&&We(t))}function We(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(function(t){return t&&(e.__e=t.__e)}),We(e)}function Fe(e){(8&e.__g||(e.__g|=8,j.push(e),oe++))&&$e==w.debounceRendering||(($e=w.debounceRendering)||queueMicrotask)(Ue)}function Ue(){try{for(var e,t=1;j.length;)j.length>t&&j.sort(Ae),e=j.shift(),t=j.length,8&e.__g&&Zt(e)}finally{(oe=j.length)&&($e||queueMicrotask)(Ue)}}function Qe(e,t,o,n,a,r,i,s,c,f,u){var g,h,d,y,C,$,k=n.__k||re,b=t.length;for(c=Xt(o,t,k,c,b),g=0;g<b;g++)(d=o.__k[g])!=null&&(h=~d.__i&&k[d.__i]||ne,d.__i=g,$=xe(e,d,h,a,r,i,s,c,f,u),y=d.__e,(h.ref!=d.ref||8&h.__u)&&(h.ref&&Ce(h.ref,null,d,h),d.ref&&u.push(d.ref,d.__c||y,d)),C=C||y,4&d.__u?(c=He(d,c,e,!h.__v),h.__e&&(h.__e=null)):typeof d.type=="function"&&$!==void 0?c=$:y&&(c=y.nextSibling),d.__u&=-21);return o.__e=C,c}function Xt(e,t,o,n,a){var r,i,s,c,f,u,g,h,d,y=o.length,C=y,$=0,k=0,b=e.__k=Array(a);for(r=0;r<a;r++)(i=t[r])!=null&&typeof i!="boolean"&&typeof i!="function"?(typeof i!="object"||i.constructor===String?i=b[r]=Q(null,i):we(i)?i=b[r]=Q(G,{children:i}):i.constructor===H&&i.__b?i=b[r]=Q(i.type,i.props,i.key,i.ref,i.__v):b[r]=i,c=r+$,i.__=e,i.__b=e.__b+1,s=null,~(f=i.__i=eo(i,o,c,C))&&(C--,(s=o[f])&&(s.__u|=2)),s&&s.__v?(i.__u|=16,f==c-1?$--:f==c+1?$++:f!=c&&(f>c?$--:$++,k=1)):(~f||(a>y?$--:a<y&&$++),typeof i.type!="function"&&(i.__u|=4))):b[r]=null;if(k){for(u=[],g=[],r=0;r<a;r++)if((i=b[r])&&16&i.__u){for($=0,h=u.length;$<h;)u[d=$+h>>1]<i.__i?$=d+1:h=d;u[$]=i.__i,g[r]=$+1}for($=u.length;r--;)g[r]&&(g[r]==$?$--:b[r].__u|=4)}if(C)for(r=0;r<y;r++)!(s=o[r])||2&s.__u||(s.__e==n&&(n=J(s)),Se(s,s));return n}function He(e,t,o,n){var a,r,i,s;if(typeof e.type=="function"){if(e.props.__P)return t;if(a=e.__k)for(r=0;r<a.length;r++)a[r]&&(a[r].__=e,t=He(a[r],t,o,!1));return t}for(t&&!t.parentNode&&(t=J(e))&&!t.parentNode&&(t=null),i=e.__e,s=t;s&&s.nodeType==8;)s=s.nextSibling;for(i!=s&&(!n&&o.moveBefore&&i.parentNode?o.moveBefore(i,t):o.insertBefore(i,t||null)),t=i;(t=t&&t.nextSibling)&&t.nodeType==8&&!t.data.startsWith("$s"););return t}function eo(e,t,o,n){var a,r=e.key,i=e.type,s=t[o],c=s&&!(2&s.__u);if(s===null&&r==null||c&&r==s.key&&i==s.type)return o;if(n>(c?1:0)){for(a=o-1;a>=0;a--)if((s=t[a])&&!(2&s.__u)&&r==s.key&&i==s.type)return a;for(a=o+1;a<t.length;a++)if((s=t[a])&&!(2&s.__u)&&r==s.key&&i==s.type)return a}return-1}function Le(e,t,o){o==null&&(o=""),t[0]=="-"?e.setProperty(t,o):e[t]=o}function Z(e,t,o,n,a){var r,i;if(t=="style")if(typeof o=="string")e.style.cssText=o;else{if(typeof n=="string"&&(e.style.cssText=n=""),n)for(t in n)o&&t in o||Le(e.style,t);if(o)for(t in o)n&&o[t]==n[t]||Le(e.style,t,o[t])}else if(t[0]=="o"&&t[1]=="n")typeof o!="function"&&(o=null),typeof n!="function"&&(n=null),(e.__e||(e.__e={}))[t]=o,o&&n||(i=_e[t]||(_e[t]=to(t)),(e.__a||(e.__a={}))[t]=ve,r=t!=(t=t.replace(qe,"$1")),(t=t.slice(2))[0]<"a"&&(t=t.toLowerCase()),o?e.addEventListener(t,i,r):e.removeEventListener(t,i,r));else{if(a=="http://www.w3.org/2000/svg")t=t.replace(/xlink(H|:h)/,"h").replace(/sName$/,"s");else if(t!="width"&&t!="height"&&t!="href"&&t!="list"&&t!="form"&&t!="tabIndex"&&t!="download"&&t!="rowSpan"&&t!="colSpan"&&t!="role"&&t!="popover"&&t in e)try{return void(e[t]=o??"")}catch{}if(typeof o=="function")return;o==null||o===!1&&t[4]!="-"?e.removeAttribute(t):e.setAttribute(t,t=="popover"&&o==1?"":o)}}function to(e){return function(t){var o=this.__e;if(o){if(o=o[e],t[X]==null)t[X]=ve++;else if(t[X]<this.__a[e])return;return o(w.event?w.event(t):t)}}}function xe(e,t,o,n,a,r,i,s,c,f){var u,g,h,d,y,C,$,k,b,S,x,be,Ee,Y,O,Oe,R,M,P=t.type;if(t.constructor!==H)return null;128&o.__u&&(c=32&o.__u,u=o.__c.__z)&&(t.__u|=c,g=r=[],u.nodeType==8?s=te(u,r):r.push(u),s=r[0]||s),(u=w.__b)&&u(t);e:if(typeof P=="function"){h=i.length;try{if(k=t.props,b=(u=P.prototype)&&u.render,S=(u=P.contextType)&&n[u.__c],x=u?S?S.props.value:u.__:n,(d=o.__c)?(t.__c=d,2&d.__g&&(d.__g|=1)):(b?t.__c=d=new P(k,x):(t.__c=d=new ee(k,x),d.constructor=P,d.render=no),S&&S.sub(d),d.state||(d.state={}),d.__n=n,d.__g|=8,d.__h=[],d.__k=[]),b&&(d.__s||(d.__s=d.state),P.getDerivedStateFromProps&&(d.__s==d.state&&(d.__s=L({},d.__s)),L(d.__s,P.getDerivedStateFromProps(k,d.__s)))),y=d.props,C=d.state,d.__v=t,o.__c){if(k!==y&&b&&!P.getDerivedStateFromProps&&d.componentWillReceiveProps&&d.componentWillReceiveProps(k,x),t.__v==o.__v&&!(8&d.__g)||!(4&d.__g)&&d.shouldComponentUpdate&&d.shouldComponentUpdate(k,d.__s,x)===!1){t.__v!=o.__v&&(d.props=k,d.state=d.__s,d.__g&=-9),t.__e=o.__e,t.__k=o.__k,t.__k.some(function(D){D&&(D.__=t)}),re.push.apply(d.__h,d.__k),d.__k=[],d.__h.length&&i.push(d),s=J(o);break e}d.componentWillUpdate&&d.componentWillUpdate(k,d.__s,x),b&&d.componentDidUpdate&&d.__h.push(function(){d.componentDidUpdate(y,C,$)})}else b&&!P.getDerivedStateFromProps&&d.componentWillMount&&d.componentWillMount(),b&&d.componentDidMount&&d.__h.push(d.componentDidMount);d.context=x,d.props=k,d.__P=e,d.__g&=-5,be=w.__r,Ee=b?25:0;do d.__g&=-9,be&&be(t),u=d.render(d.props,d.state=d.__s,d.context);while(8&d.__g&&++Ee<25);b&&(re.push.apply(d.__h,d.__k),d.__k=[]),d.state=d.__s,d.getChildContext&&(n=L({},n,d.getChildContext())),b&&o.__c&&d.getSnapshotBeforeUpdate&&($=d.getSnapshotBeforeUpdate(y,C)),Y=u&&u.type===G&&u.key==null?u.props.children:u,k.__P&&(u=s,a=(e=k.__P).namespaceURI,c=r=null,o.props&&o.props.__P!=e&&(o.__k.some(function(D){D&&Se(D,D)}),o.__k=null),s=o.__k?J(o,0):null),s=Qe(e,we(Y)?Y:[Y],t,o,n,a,r,i,s,c,f),k.__P&&(t.__e=null,s=u),t.__u&=-161,g&&g.some(F),d.__h.length&&i.push(d),1&d.__g&&(d.__g&=-4)}catch(D){if(i.length=h,t.__v=null,c||r)if(D&&D.then){if(t.__u|=128|c,r){for(~(R=r.indexOf(s||void 0))||(R=r.length);(M=r[R-1])&&M.nodeType==8;)R--;for(;R<r.length;R++)if(M=r[R])if(r[R]=null,O){if(M==Oe)break}else{if(M.nodeType!=8)break;M.data.startsWith("$s")&&(Oe=te(O=M))}}if(!O){for(;s&&s.nodeType==8&&s.nextSibling;)s=s.nextSibling;O=s}(u=te(O=t.__c.__z||(t.__c.__z=O)))?(t.__e=O,s=u):t.__e=s,s=s&&s.nextSibling}else r&&r.some(F);else t.__e=o.__e;t.__k||(t.__k=o.__k||[]),D&&D.then||Ge(t),w.__e(D,t,o)}}else s=t.__e=oo(o.__e,t,o,n,a,r,i,c,f,e);return(u=w.diffed)&&u(t),s}function te(e,t){if(e&&e.nodeType==8&&e.data.startsWith("$s"))for(var o=1;e=e.nextSibling;){if(e.nodeType==8){if(e.data.startsWith("$s"))o++;else if(e.data.startsWith("/$s")&&!--o)return e}t&&t.push(e)}}function Ge(e){e&&(e.__c&&(e.__c.__g|=4),e.__k&&e.__k.some(Ge))}function ze(e,t,o){for(var n=0;n<o.length;)Ce(o[n++],o[n++],o[n++]);w.__c&&w.__c(t,e),e.some(function(a){try{e=a.__h,a.__h=[],e.some(function(r){r.call(a)})}catch(r){w.__e(r,a.__v)}})}function oo(e,t,o,n,a,r,i,s,c,f){var u,g,h,d,y,C,$,k,b=o.props||ne,S=t.props,x=t.type;if(x=="svg"?a="http://www.w3.org/2000/svg":x=="math"?a="http://www.w3.org/1998/Math/MathML":a||(a="http://www.w3.org/1999/xhtml"),r){for(u=0;u<r.length;u++)if((y=r[u])&&(x?y.localName==x:y.nodeType==3)){e=y,r[u]=null;break}}if(!e){if(k=f.ownerDocument||document,!x)return k.createTextNode(S);e=k.createElementNS(a,x,S.is?S:f),s&&(w.__m&&w.__m(t,r),s=!1),r=null}if(x){if(f=x=="template"&&e.content||e,r=x=="textarea"&&S.defaultValue!=null?null:r&&ke.call(f.childNodes),!s&&r)for(b={},u=0;u<e.attributes.length;u++)b[(y=e.attributes[u]).name]=y.value;for(u in b)y=b[u],u=="dangerouslySetInnerHTML"?h=y:u=="children"||u in S||u=="value"&&"defaultValue"in S||u=="checked"&&"defaultChecked"in S||Z(e,u,null,y,a);for(u in S)y=S[u],u=="children"?d=y:u=="dangerouslySetInnerHTML"?g=y:u=="value"?C=y:u=="checked"?$=y:s&&typeof y!="function"||b[u]===y||Z(e,u,y,b[u],a);g?(s||h&&(g.__html==h.__html||g.__html==e.innerHTML)||(e.innerHTML=g.__html),t.__k=[]):(h&&(e.textContent=""),(x=="foreignObject"||a=="http://www.w3.org/1998/Math/MathML"&&Yt.test(x))&&(a="http://www.w3.org/1999/xhtml"),Qe(f,we(d)?d:[d],t,o,n,a,r,i,r?r[0]:o.__k&&J(o,0),s,c),r&&r.some(F)),s&&x!="textarea"||(u="value",x=="progress"&&C==null?e.removeAttribute(u):C==null||C===e[u]&&(x!="progress"||C)||Z(e,u,C,b[u],a),u="checked",$!=null&&$!=e[u]&&Z(e,u,$,b[u],a))}else b===S||s&&e.data==S||(e.data=S);return e}function Ce(e,t,o,n){try{typeof e=="function"?t?t.__x=e(t)||1:n&&(n=n.__c||n.__e)&&(t=n.__x)&&(n.__x=null,typeof t=="function"?t():e(null)):e.current=t}catch(a){w.__e(a,o)}}function Se(e,t,o){var n,a,r,i;if(w.unmount&&w.unmount(e),!(n=e.ref)||n.current&&n.current!=e.__e||Ce(n,null,t,e),n=e.__c){if(n.componentWillUnmount)try{n.componentWillUnmount()}catch(s){w.__e(s,t)}n.__P=n.__n=null}if(n=e.__k)for(i=0;i<n.length;i++)n[i]&&Se(n[i],t,typeof e.type!="function"||o&&!e.props.__P);!o&&(n=e.__c)&&(n=n.__z)&&(a=te(n,r=[]))&&(n==e.__e&&r.some(F),F(a),F(n)),o||F(e.__e),e.__e=e.__c=e.__=null}function no(e,t,o){return this.constructor(e,o)}function Ve(e,t){var o,n,a,r;w.__&&w.__(e,t),t.nodeType==9&&(t=t.documentElement),n=(o=e&&32&e.__u)?null:t.__k,t.__k=Q(G,{children:[e]}),a=[],r=[],xe(t,t.__k,n||ne,ne,t.namespaceURI,n?null:t.firstChild?ke.call(t.childNodes):null,a,n?n.__e:t.firstChild,o,r),ze(a,t.__k,r),t.__k.props.children=null}function Ke(e,t){e&&typeof e=="object"&&(e.__u|=32),Ve(e,t)}w={__e:function(e,t,o,n){for(var a,r,i;t=t.__;)if((a=t.__c)&&!(1&a.__g)){a.__g|=4;try{if((i=(r=a.constructor)&&r.getDerivedStateFromError)&&a.setState(r.getDerivedStateFromError(e)),a.componentDidCatch&&(a.componentDidCatch(e,n||{}),i=1),i&&8&a.__g)return void(a.__g|=2)}catch(s){e=s}}throw oe=0,e}},Be=0,zt=function(e){return e!=null&&e.constructor===H},ee.prototype.setState=function(e,t){var o=this.__s;o&&o!=this.state||(o=this.__s=L({},this.state)),typeof e=="function"&&(e=e(L({},o),this.props)),e&&(L(o,e),this.__v&&(t&&this.__k.push(t),Fe(this)))},ee.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.push(e),Fe(this))},ee.prototype.render=G,j=[],oe=0,Ae=function(e,t){return e.__v.__b-t.__v.__b},X=Symbol(),qe=/(PointerCapture)$|Capture$/i,ve=0,_e={},Kt=0;function m(e){return String(Math.round(e)).replace(/\\B(?=(\\d{3})+$)/g,",")}function ae(e){let t=e*100,o=t>0&&t<10?1:0;return\`\${Number(t.toFixed(o))} %\`}function B(e){return e>=100?m(e):String(Number(e.toFixed(1)))}function V(e,t,o=\`\${t}s\`){return\`\${m(e)} \${e===1?t:o}\`}var Ze=function(e,t,o,n){var a;t[0]=0;for(var r=1;r<t.length;r++){var i=t[r++],s=t[r]?(t[0]|=i?1:2,o[t[r++]]):t[++r];i===3?n[0]=s:i===4?n[1]=Object.assign(n[1]||{},s):i===5?(n[1]=n[1]||{})[t[++r]]=s:i===6?n[1][t[++r]]+=s+"":i?(a=e.apply(s,Ze(e,s,o,["",null])),n.push(a),s[0]?t[0]|=2:(t[r-2]=0,t[r]=a)):n.push(s)}return n},Ye=new Map;function Xe(e){var t=Ye.get(this);return t||(t=new Map,Ye.set(this,t)),(t=Ze(this,t.get(e)||(t.set(e,t=(function(o){for(var n,a,r=1,i="",s="",c=[0],f=function(h){r===1&&(h||(i=i.replace(/^\\s*\\n\\s*|\\s*\\n\\s*$/g,"")))?c.push(0,h,i):r===3&&(h||i)?(c.push(3,h,i),r=2):r===2&&i==="..."&&h?c.push(4,h,0):r===2&&i&&!h?c.push(5,0,!0,i):r>=5&&((i||!h&&r===5)&&(c.push(r,0,i,a),r=6),h&&(c.push(r,h,0,a),r=6)),i=""},u=0;u<o.length;u++){u&&(r===1&&f(),f(u));for(var g=0;g<o[u].length;g++)n=o[u][g],r===1?n==="<"?(f(),c=[c],r=3):i+=n:r===4?i==="--"&&n===">"?(r=1,i=""):i=n+i[0]:s?n===s?s="":i+=n:n==='"'||n==="'"?s=n:n===">"?(f(),r=1):r&&(n==="="?(r=5,a=i,i=""):n==="/"&&(r<5||o[u][g+1]===">")?(f(),r===3&&(c=c[0]),r=c,(c=c[0]).push(2,0,r),r=0):n===" "||n==="	"||n===\`
\`||n==="\\r"?(f(),r=2):i+=n),r===3&&i==="!--"&&(r=4,c=c[0])}return f(),c})(e)),t),arguments,[])).length>1?t:t[0]}var ro=Xe.bind(Ie),l=ro;var ao={retry:"retry",promote:"retry","retry-matching":"retry",cancel:"cancel",remove:"remove","remove-matching":"remove",duplicate:"enqueue",edit:"enqueue",pause:"pause",resume:"pause",trigger:"schedule","pause-schedule":"schedule","resume-schedule":"schedule",backfill:"schedule",reveal:"reveal"};function Te({can:e},t){return t==="select"||e.includes(ao[t])}function _(e,t,o,n,a="plain"){if(Te(e,t.do))return l\`<button
    type="button"
    class="act \${a}"
    aria-label=\${\`\${o} \${n}\`.trim()}
    onClick=\${e.on(t)}
  >\${o}</button>\`}function p(e,t,o={},n){if(e===void 0)return;let a=Object.entries(o).filter(([,c])=>c!==void 0&&c!==""),r=new URLSearchParams(a.map(([c,f])=>[c,String(f)])).toString(),i=t==="overview"?e:\`\${e}-/\${t}\`,s=n===void 0?"":\`#\${encodeURIComponent(n)}\`;return\`\${i}\${r===""?"":\`?\${r}\`}\${s}\`}function q(e,t,o=!1){if(e.queues.length<2)return;let n=(a,r)=>l\`<a
    href=\${p(e.root,e.page,{queue:a})}
    aria-current=\${a===t?"true":void 0}
  >\${r}</a>\`;return l\`<nav class="choice" aria-label="Queue">
    \${o&&n(void 0,"all queues")}
    \${e.queues.map(a=>n(a,a))}
  </nav>\`}function ie(e,t,o){let{cursor:n,total:a,exact:r=!1}=t,i=Math.min(t.before+t.scanned,a),s=t.before>0;if(n===void 0&&!s)return;let c=s&&l\`<a href=\${p(e.root,e.page,o)}>Back to the newest</a>\`,f=n!==void 0&&l\`<a href=\${p(e.root,e.page,{...o,cursor:n,scanned:t.before+t.scanned})}>\${r?"Older":"Continue"}</a>\`;return l\`<p class="scan">
    <span>\${r?\`\${m(t.before+1)} to\`:"Scanned"} \${m(i)} of \${m(a)}</span> \${f} \${c}
  </p>\`}function et(e){return e.length>24?\`\${e.slice(0,10)}…\`:e}function T({caption:e,columns:t,rows:o,key:n,empty:a}){return o.length===0?l\`<p class="empty">\${a}</p>\`:l\`<table role="table">
    <caption class="quiet">\${e}</caption>
    <thead role="rowgroup"><tr role="row">\${t.map(io)}</tr></thead>
    <tbody role="rowgroup">\${o.map(r=>l\`<tr role="row" key=\${n(r)}>\${t.map(i=>so(i,r))}</tr>\`)}</tbody>
  </table>\`}function io({label:e,numeric:t,quiet:o}){let n=o?l\`<span class="quiet">\${e}</span>\`:e;return l\`<th role="columnheader" scope="col" class=\${t?"num":""}>\${n}</th>\`}function so({label:e,numeric:t,quiet:o,kind:n="",cell:a},r){let i=\`\${t?"num ":""}\${n}\`.trim();return l\`<td role="cell" class=\${i} data-label=\${o?"":e}>\${a(r)}</td>\`}var tt=[["d",864e5],["h",36e5],["min",6e4],["s",1e3]];function se(e){return Math.max(...e)>=1e3?e.map(v).join(" · "):\`\${e.map(n=>n>0&&n<1?"<1":String(Math.round(n))).join(" · ")} ms\`}function v(e){if(e<1)return e<=0?"0 ms":"< 1 ms";if(e<1e3)return\`\${Math.round(e)} ms\`;if(e<9950)return\`\${Number((e/1e3).toFixed(1))} s\`;if(e<59500)return\`\${Math.round(e/1e3)} s\`;for(let[t,[o,n]]of tt.entries()){if(e<n)continue;let[a,r]=tt[t+1]??["ms",1],i=Math.floor(e/n),s=Math.floor((e-i*n)/r);return s===0||i>=10?\`\${i} \${o}\`:\`\${i} \${o} \${s} \${a}\`}return\`\${Math.round(e/1e3)} s\`}function Ne(e,t){let o=Math.abs(t-e);if(o<1e3)return"now";let[n=""]=/^\\S+ \\S+/.exec(v(Math.round(o/1e3)*1e3))??[];return e<=t?\`\${n} ago\`:\`in \${n}\`}function N(e,t){let o=new Date(e).toISOString();return l\`<time datetime=\${o} title=\${I(e)}>\${Ne(e,t)}</time>\`}function I(e,t="UTC"){return new Intl.DateTimeFormat("en-GB",{timeZone:t,day:"numeric",month:"short",year:"numeric",hour:"2-digit",minute:"2-digit",second:"2-digit",timeZoneName:"short"}).format(e)}function z(e,t="UTC"){return new Intl.DateTimeFormat("en-GB",{timeZone:t,weekday:"short",day:"numeric",month:"short",hour:"2-digit",minute:"2-digit"}).format(e)}function le(e,t){let{root:o,now:n}=e;return T({caption:"Failures by cause",rows:t,key:({queue:a,key:r})=>\`\${a} \${r}\`,empty:"No failed jobs.",columns:[{label:"Cause",kind:"cause",cell:a=>lo(e,a)},{label:"Jobs",numeric:!0,cell:({count:a})=>m(a)},{label:"First",numeric:!0,cell:({firstAt:a})=>N(a,n)},{label:"Last",numeric:!0,cell:({lastAt:a})=>N(a,n)},{label:"Sample",cell:({queue:a,sampleId:r})=>l\`<a class="id short" title=\${r} href=\${p(o,"job",{queue:a,id:r})}>\${et(r)}</a>\`},{label:"Actions",quiet:!0,kind:"actions",cell:a=>uo(e,a)}]})}function lo({root:e},{queue:t,key:o,name:n,errorName:a,code:r,message:i}){return l\`<span>
    <a href=\${p(e,"jobs",{queue:t,q:ot(o)})}><b>\${n}</b></a>\${" "}
    <span class="error">\${r??a}: \${i===""?"no message":i}</span>
  </span>\`}function uo(e,{queue:t,key:o,name:n,count:a}){let r=ot(o),i=\`the \${m(a)} jobs \${n} of this cause\`;return l\`<span class="buttons">
    \${_(e,{do:"retry-matching",queue:t,search:r},"Retry",i)}
    \${_(e,{do:"remove-matching",queue:t,search:r},"Remove",i,"danger")}
  </span>\`}function ot(e){return\`status:failed group:\${e}\`}function nt(e,t){let{queue:o,groups:n,total:a}=t,r={do:"retry-matching",queue:o,search:"status:failed"};return l\`<main id="main">
    <header class="title">
      <h1>Failures <small>\${m(a)} in \${o}</small></h1>
      \${q(e,o)}
      \${a>0&&_(e,r,"Retry all",\`\${m(a)} failed jobs of \${o}\`)}
    </header>
    <section class="card">
      \${le(e,n.map(i=>({...i,queue:o})))}
      \${ie(e,t,{queue:o})}
    </section>
  </main>\`}function E(e){return l\`<span class="badge \${e}">\${e}</span>\`}function rt({timeZone:e},{attempts:t,logTotal:o}){if(t.length===0)return;let n=t.reduce((a,{lines:r})=>a+r.length,0);return l\`<section class="card">
    <h2>Attempts \${n<o&&l\`<small>last \${n} of \${m(o)} log lines</small>\`}</h2>
    \${t.map(a=>co(a,e))}
  </section>\`}function co({attempt:e,error:t,failedAt:o,ranMs:n,lines:a,wasRepeated:r},i){return l\`<section class="attempt" key=\${e}>
    <h3>Attempt \${e} \${o!==void 0&&l\`<small>failed \${I(o,i)}, after \${v(n??0)}</small>\`}</h3>
    \${t&&De(t)}
    \${r&&l\`<p class="note">Failed, and was repeated. Its error is not kept, or too long for this page.</p>\`}
    \${a.length>0&&l\`<ol class="log" tabindex="0" aria-label=\${\`Log of attempt \${e}\`}>\${a.map(({at:s,message:c},f)=>l\`<li key=\${f}>
        <time datetime=\${new Date(s).toISOString()} title=\${I(s,i)}>\${new Date(s).toISOString().slice(11,23)}</time>
        <span>\${c}</span>
      </li>\`)}</ol>\`}
  </section>\`}function De({name:e,message:t,code:o,stack:n,cause:a,errors:r=[]}){return l\`<div class="failure">
    <p class="error"><b>\${o??e}</b> \${t===""?"no message":t}</p>
    \${n&&l\`<details><summary>Stack</summary><pre tabindex="0">\${n}</pre></details>\`}
    \${a&&l\`<details open><summary>Caused by</summary>\${De(a)}</details>\`}
    \${r.length>0&&l\`<details><summary>\${r.length} errors together</summary>\${r.map(De)}</details>\`}
  </div>\`}function it({queue:e,id:t,status:o}){let a=["show",...mo[o]??[]].map(r=>\`philjs-jobs \${r} \${at(t)} --queue \${at(e)}\`);return l\`<details class="card">
    <summary><h2>Command line</h2></summary>
    <pre tabindex="0">\${a.join(\`
\`)}</pre>
  </details>\`}var mo={failed:["retry","remove"],cancelled:["retry","remove"],completed:["remove"],delayed:["promote","cancel","remove"],waiting:["cancel","remove"],active:["cancel","logs -f"],blocked:["cancel"]};function at(e){return/^[\\w@%+=:,./-]+$/.test(e)&&!e.startsWith("-")?e:\`'\${e.replaceAll("'","'\\\\''")}'\`}function st(e,{queue:t,id:o,status:n,revealed:a}){let r=\`job \${o}\`,i=[o],s=(c,f)=>c.includes(n)&&(f??!1);return l\`<div class="buttons" role="group" aria-label="Actions">
    \${s(["failed","cancelled"],_(e,{do:"retry",queue:t,ids:i},"Retry",r,"main"))}
    \${s(["failed","cancelled","completed"],_(e,{do:"edit",queue:t,id:o},"Run again with edits",r))}
    \${s(["failed","cancelled","completed","waiting","delayed"],_(e,{do:"duplicate",queue:t,ids:i},"Duplicate",r))}
    \${s(["delayed"],_(e,{do:"promote",queue:t,ids:i},"Run now",r))}
    \${s(["waiting","delayed","active","blocked"],_(e,{do:"cancel",queue:t,ids:i},"Cancel",r,"danger"))}
    \${s(["failed","cancelled","completed","waiting","delayed","blocked"],_(e,{do:"remove",queue:t,ids:i},"Remove",r,"danger"))}
    \${!a&&_(e,{do:"reveal",queue:t,id:o},"Reveal",\`what is masked of \${r}\`)}
  </div>\`}function lt({now:e,timeZone:t},o){let n=po(o,e);return l\`<section class="card">
    <h2>Timeline</h2>
    \${ho(o)}
    <ol class="timeline">\${n.map(({label:a,at:r},i)=>l\`<li key=\${a}>
        <b>\${a}</b> \${N(r,e)}
        <small>\${I(r,t)}\${fo(n[i-1],r)}</small>
      </li>\`)}</ol>
  </section>\`}function po({createdAt:e,runAt:t,processedAt:o,finishedAt:n,status:a},r){let i=[{label:"Enqueued",at:e}];return t>e&&i.push({label:t>r?"Due":"Ready",at:t}),o!==void 0&&i.push({label:"Started",at:o}),n!==void 0&&i.push({label:a==="completed"?"Completed":"Failed",at:n}),i.sort((s,c)=>s.at-c.at)}function fo(e,t){return e===void 0?"":\`, \${v(t-e.at)} later\`}function ho({waitMs:e,runMs:t}){if(e===void 0||t===void 0||e+t===0)return;let o=e/(e+t)*100,n=\`waited \${v(e)}, ran \${v(t)}\`;return l\`<figure class="share">
    <svg viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label=\${n}>
      <rect class="wait" width=\${o} height="6" />
      <rect class="run" x=\${o} width=\${100-o} height="6" />
    </svg>
    <figcaption>\${n}</figcaption>
  </figure>\`}function dt(e,t){let{queue:o,name:n,id:a,status:r}=t;return l\`<main id="main">
    <header class="title">
      <p class="crumb">
        <a href=\${p(e.root,"jobs",{queue:o})}>\${o}</a>
      </p>
      <h1>\${n} \${E(r)}</h1>
      <p class="id">\${a}</p>
      \${st(e,t)}
    </header>
    \${t.revealed&&l\`<p class="notice">Nothing is masked on this page. It is in the audit log.</p>\`}
    \${yo(t,e)}
    \${bo(t)}
    <div class="columns">
      <div class="wide">
        <section class="card"><h2>Payload</h2>\${de(t.payload)}</section>
        \${t.result&&l\`<section class="card"><h2>Result</h2>\${de(t.result)}</section>\`}
        \${rt(e,t)}
      </div>
      <div>
        \${lt(e,t)}
        <section class="card"><h2>Facts</h2>\${$o(e,t)}</section>
        \${t.metadata&&l\`<section class="card"><h2>Metadata</h2>\${de(t.metadata)}</section>\`}
        \${it(t)}
      </div>
    </div>
  </main>\`}var go=new Set(["waiting","delayed","blocked"]);function yo({reasons:e,status:t},{now:o}){if(go.has(t))return l\`<section class="card" aria-label="Why it is not running">
    <h2>Why it is not running</h2>
    <ul class="reasons">\${e.map(({message:n,until:a})=>l\`<li>\${n}\${a!==void 0&&l\` <small>\${Ne(a,o)}</small>\`}</li>\`)}</ul>
  </section>\`}function bo({percent:e,progress:t}){return e!==void 0?l\`<p class="progress">
      <label>Progress <progress max="100" value=\${e}>\${e} %</progress> \${e} %</label>
    </p>\`:t&&l\`<section class="card"><h2>Progress</h2>\${de(t)}</section>\`}function de({text:e,cut:t}){return l\`<div>
    <pre tabindex="0">\${e}</pre>
    \${t&&l\`<p class="more">Cut here: the value is longer than a page shows.</p>\`}
  </div>\`}function $o({root:e},t){let{queue:o,parentId:n,waitMs:a,runMs:r}=t,i=[["Queue",l\`<a href=\${p(e,"jobs",{queue:o})}>\${o}</a>\`],["Attempts",\`\${t.attemptsMade} of \${t.maxAttempts}\`],["Waited",a===void 0?"–":v(a)],["Ran",r===void 0?"–":v(r)],["Priority",t.priority],["Version",t.version],["Starts",t.fencingToken],...t.stalledCount>0?[["Lost its worker",\`\${t.stalledCount} ×\`]]:[],...n===void 0?[]:[["Parent",l\`<a class="id" href=\${p(e,"job",{queue:o,id:n})}>\${n}</a>\`]]];return l\`<dl>\${i.map(([s,c])=>l\`<div key=\${s}><dt>\${s}</dt><dd>\${c}</dd></div>\`)}</dl>\`}var ut=["blocked","delayed","waiting","active","failed","cancelled","completed"];function ct(e,t){if(!["retry","cancel","remove"].some(n=>Te(e,n))||t.jobs.length===0)return;let o=t.jobs.map(({id:n})=>n).filter(n=>e.selected.has(n));return l\`<div class="bulk act" role="group" aria-label="Selected jobs">
    \${_o(e,t)}
    \${o.length>0?vo(e,t,o):wo(e,t)}
  </div>\`}function _o(e,{jobs:t}){let o=t.map(({id:a})=>a),n=o.every(a=>e.selected.has(a));return l\`<label class="tick">
    <input type="checkbox" checked=\${n} onChange=\${e.on({do:"select",ids:o,on:!n})} />
    All \${m(o.length)} shown
  </label>\`}function vo(e,{queue:t},o){let n=V(o.length,"selected job");return l\`<span class="buttons">
    <span>\${m(o.length)} selected</span>
    \${_(e,{do:"retry",queue:t,ids:o},"Retry",n)}
    \${_(e,{do:"promote",queue:t,ids:o},"Run now",n)}
    \${_(e,{do:"cancel",queue:t,ids:o},"Cancel",n,"danger")}
    \${_(e,{do:"remove",queue:t,ids:o},"Remove",n,"danger")}
  </span>\`}function wo(e,t){let{queue:o,search:n,mistake:a}=t;if(a!==void 0)return;let r=\`Remove \${Co(t)}\`;return l\`<span class="buttons">
    \${ko(t)&&_(e,{do:"retry-matching",queue:o,search:n},xo(t),"")}
    \${_(e,{do:"remove-matching",queue:o,search:n},r,"and do not run","danger")}
  </span>\`}function ko({search:e,stats:t}){let o=e.match(/\\bstatus:\\w+/g)??[];return t.failed>0&&(o.length===0||o.includes("status:failed"))}function xo(e){let{search:t,stats:o}=e;return t===""||t==="status:failed"?\`Retry all \${m(o.failed)} failed\`:"Retry all that match and failed"}function Co({exact:e,total:t}){return e?\`all \${m(t)} that match\`:"all that match"}function mt(e,{queue:t,jobs:o},n,a){return T({caption:"Jobs",rows:o,key:({id:i})=>i,empty:n,columns:[...a?[{label:"Select",quiet:!0,kind:"tick",cell:({id:i,name:s})=>l\`<input
      type="checkbox"
      class="act"
      aria-label=\${\`Select \${s} \${i}\`}
      checked=\${e.selected.has(i)}
      onChange=\${e.on({do:"select",ids:[i],on:!e.selected.has(i)})}
    />\`}]:[],{label:"State",kind:"state",cell:({status:i})=>E(i)},{label:"Job",kind:"name",cell:({name:i,id:s})=>l\`<span>
          <a href=\${p(e.root,"job",{queue:t,id:s})}><b>\${i}</b> <span class="id">\${s}</span></a>
        </span>\`},{label:"What",kind:"cause",cell:So},{label:"Attempts",numeric:!0,cell:({attemptsMade:i,maxAttempts:s})=>\`\${i} of \${s}\`},{label:"Ran",numeric:!0,cell:({runMs:i})=>i===void 0?"–":v(i)},{label:"Time",numeric:!0,cell:({at:i})=>N(i,e.now)}]})}function So({status:e,error:t,percent:o,preview:n}){return t!==void 0&&e!=="completed"?l\`<span class="error">\${t}</span>\`:o===void 0?l\`<span class="preview">\${n}</span>\`:l\`<progress max="100" value=\${o} aria-label="Progress">\${o} %</progress>\`}function pt(e,t){let{queue:o,search:n,mistake:a,note:r}=t;return l\`<main id="main">
    <header class="title">
      <h1>Jobs <small>\${m(t.stats.total)} in \${o}</small></h1>
      \${q(e,o)}
    </header>
    \${Vo(e,t)}
    <form class="search" role="search" action=\${p(e.root,"jobs")} method="get">
      <label for="q">Search \${o}</label>
      <input id="q" name="q" type="search" defaultValue=\${n} autocomplete="off" spellcheck=\${!1}
        maxlength="1000" aria-describedby="grammar" />
      \${e.queues.length>1&&l\`<input type="hidden" name="queue" value=\${o} />\`}
      <button type="submit">Search</button>
      <p id="grammar">An id, any text, or <code>status:failed name:send-email payload.user.id:42
        error:"timed out" attempts:>1 since:1h</code></p>
    </form>
    \${a!==void 0&&l\`<p class="notice bad" role="alert">\${a}</p>\`}
    \${r!==void 0&&l\`<p class="notice">\${r}</p>\`}
    <section class="card">
      \${ct(e,t)}
      \${mt(e,t,To(t),e.can.some(i=>i!=="read"))}
      \${ie(e,t,{queue:e.queues.length>1?o:void 0,q:n})}
    </section>
  </main>\`}function Vo(e,{queue:t,stats:o,search:n}){let a=(i,s,c)=>l\`<a
    href=\${p(e.root,"jobs",{queue:t,q:s})}
    aria-current=\${n===s?"page":void 0}
  >\${i} <small>\${m(c)}</small></a>\`,r=ut.filter(i=>i!=="blocked"||o.blocked>0);return l\`<nav class="tabs" aria-label="State">
    \${a("all","",o.total)}
    \${r.map(i=>a(i,\`status:\${i}\`,o[i]))}
  </nav>\`}function To({search:e,mistake:t,cursor:o,scanned:n,before:a}){return t!==void 0?"Nothing was searched.":o!==void 0?\`Nothing found in \${V(a+n,"job")} so far.\`:e===""?"No jobs.":"No job matches."}function ft({title:e,unit:t,lines:o},n){let a=n.at.map((i,s)=>({at:i,index:s})).filter(({index:i})=>o.some(({of:s})=>(n[s][i]??0)>0)).reverse(),r=i=>i==null?"–":t==="ms"?v(i):m(i);return l\`<details>
    <summary>\${e} as a table</summary>
    \${T({caption:e,rows:a,key:({at:i})=>String(i),empty:"Nothing happened.",columns:[{label:"From (UTC)",cell:({at:i})=>new Date(i*1e3).toISOString().slice(0,16).replace("T"," ")},...o.map(({label:i,of:s})=>({label:i,numeric:!0,cell:({index:c})=>r(n[s][c])}))]})}
  </details>\`}var ht={throughput:{title:"Finished jobs",unit:"jobs",lines:[{label:"completed",of:"completed"},{label:"failed",of:"failed"},{label:"retried",of:"retried"}]},wait:{title:"Waiting time",unit:"ms",lines:[{label:"p50",of:"waitP50"},{label:"p95",of:"waitP95"},{label:"p99",of:"waitP99"}]},run:{title:"Running time",unit:"ms",lines:[{label:"p50",of:"runP50"},{label:"p95",of:"runP95"},{label:"p99",of:"runP99"}]}};function gt(e,t){let{queue:o,name:n,measured:a}=t;return l\`<main id="main">
    <header class="title">
      <h1>Metrics <small>\${n??o??"all jobs"}</small></h1>
      \${q(e,o,!0)}
      \${No(e,t)}
    </header>
    \${!a&&l\`<p class="notice">The backend keeps no metrics.</p>\`}
    \${Object.entries(ht).map(([r,i])=>l\`<section class="card" key=\${r}>
        <h2>\${i.title}</h2>
        <div class="chart" data-chart=\${r} role="img" aria-label=\${\`\${i.title}; the figures are in the table below it\`}></div>
        \${ft(i,t.series)}
      </section>\`)}
    <section class="card">
      <h2>By job <small>last hour</small></h2>
      \${T({caption:"Figures of the last hour by job",rows:t.jobs,key:r=>\`\${r.queue} \${r.name}\`,empty:"Nothing ran in the last hour.",columns:Do(e,t.span)})}
    </section>
    <p class="more">For Prometheus: <a href=\${\`\${e.root}metrics\`}>metrics</a></p>
  </main>\`}function No(e,{queue:t,name:o,span:n}){let a=(r,i)=>l\`<a
    href=\${p(e.root,"metrics",{queue:t,name:o,span:r})}
    aria-current=\${r===n?"true":void 0}
  >\${i}</a>\`;return l\`<nav class="choice" aria-label="Span">\${a("1h","1 hour")} \${a("24h","24 hours")}</nav>\`}function Do({root:e},t){let o=(n,a)=>({label:n,numeric:!0,cell:a});return[{label:"Job",kind:"name",cell:({queue:n,name:a})=>l\`<a href=\${p(e,"metrics",{queue:n,name:a,span:t})}><b>\${a}</b> <span class="id">\${n}</span></a>\`},o("Completed",({completed:n})=>m(n)),o("Failed",({failed:n,failureRate:a})=>\`\${m(n)}\${n>0?\` (\${ae(a)})\`:""}\`),o("Cancelled",({cancelled:n})=>m(n)),o("Retried",({retried:n})=>m(n)),o("Per minute",({throughput:n})=>B(n)),o("Wait p95",({wait:n})=>n===void 0?"–":v(n.p95)),o("Run p50 · p95 · p99",({run:n})=>n===void 0?"–":se([n.p50,n.p95,n.p99]))]}var Pe=6;function yt(e,{health:t,queues:o}){let{problems:n,status:a}=t;if(n.length===0){let i=o.reduce((s,{throughput:c})=>s+c,0);return l\`<section class="health healthy" aria-labelledby="health">
      <h1 id="health">Nothing needs you</h1>
      <p>\${B(i)} jobs a minute\${Po(o)}.</p>
    </section>\`}let r=n.length===1?"thing needs":"things need";return l\`<section class=\${\`health \${a}\`} aria-labelledby="health">
    <h1 id="health">\${m(n.length)} \${r} you</h1>
    <ul>\${n.slice(0,Pe).map(i=>l\`<li class=\${i.severity}>
        <a href=\${jo(e,i)}>\${Ro(i.message)}</a>
      </li>\`)}\${n.length>Pe&&l\`<li>and \${n.length-Pe} more</li>\`}</ul>
  </section>\`}function Po(e){let t=Math.max(0,...e.map(({failureRate:o})=>o));return t===0?", none failed in the last hour":\`, at most \${ae(t)} of a queue failed\`}function Ro(e){return e.split("\`").map((t,o)=>o%2===1?l\`<code>\${t}</code>\`:t)}function jo({root:e},{kind:t,queue:o,group:n}){switch(t){case"late-schedule":return p(e,"schedules");case"no-workers":case"store-away":return p(e,"workers");case"failures":return n===void 0?p(e,"failures",{queue:o}):p(e,"jobs",{queue:o,q:\`status:failed group:\${n}\`});case"failing":return p(e,"failures",{queue:o});case"stalled":return p(e,"jobs",{queue:o,q:"status:failed"});case"slow":return p(e,"metrics",{queue:o});case"paused":case"backlog":case"waiting-long":return p(e,"jobs",{queue:o,q:"status:waiting"})}}function bt(e,t){return T({caption:"Next runs",rows:t,key:({queue:o,id:n})=>\`\${o} \${n}\`,empty:"No schedule is going to fire.",columns:[{label:"Schedule",cell:({id:o})=>l\`<a href=\${p(e.root,"schedules",{},o)}>\${o}</a>\`},{label:"When",cell:({when:o,timezone:n})=>\`\${o}\${n?\` (\${n})\`:""}\`},{label:"Next",numeric:!0,cell:o=>Re(o,e.now)}]})}function Re({nextAt:e,overdueMs:t},o){return e===void 0?"–":t<1e3?N(e,o):l\`<span class="alarm">\${v(t)} late</span>\`}function $t(e){let t=e.slice(0,-1);return t.some(o=>o>0)?[...t,null]:[...e]}var ue=120,W=24;function _t(e,t){let o=Math.max(...e,1),n=ue/Math.max(1,e.length-1),a=e.map((i,s)=>\`\${(s*n).toFixed(1)},\${(W-1-i/o*(W-2)).toFixed(1)}\`),r=\`0,\${W} \${a.join(" ")} \${ue},\${W}\`;return l\`<svg
    class="spark"
    viewBox="0 0 \${ue} \${W}"
    width=\${ue}
    height=\${W}
    preserveAspectRatio="none"
    role="img"
    aria-label=\${t}
  >
    <polygon points=\${r} />
    <polyline points=\${a.join(" ")} />
  </svg>\`}var Jo=["waiting","active","delayed","blocked","failed","cancelled","completed"],Eo=new Set(["blocked","cancelled"]);function wt(e,t){let o=Jo.filter(n=>!Eo.has(n)||t.some(({stats:a})=>a[n]>0));return T({caption:"Queues",rows:t,key:({queue:n})=>n,empty:"No queue answers.",columns:[{label:"Queue",kind:"name",cell:n=>Oo(e,n)},...o.map(n=>Mo(e,n)),{label:"Oldest waiting",numeric:!0,cell:({oldestWaitingMs:n})=>n===void 0?"–":v(n)},{label:"Last hour",kind:"wide",cell:Fo},{label:"Wait p50 · p95 · p99",numeric:!0,kind:"wide",cell:({wait:n})=>vt(n)},{label:"Run p50 · p95 · p99",numeric:!0,kind:"wide",cell:({run:n})=>vt(n)},{label:"Workers",numeric:!0,cell:n=>Lo(e,n)},{label:"Actions",quiet:!0,cell:n=>Bo(e,n)}]})}function Oo({root:e},{queue:t,paused:o}){return l\`<span class="named">
    <a href=\${p(e,"jobs",{queue:t})}>\${t}</a>\${o&&E("paused")}
  </span>\`}function Mo({root:e},t){return{label:t[0]?.toUpperCase()+t.slice(1),numeric:!0,cell:({queue:o,stats:n})=>{let a=n[t];return a===0?l\`<span class="nothing">0</span>\`:l\`<a class=\${\`count \${t}\`} href=\${p(e,"jobs",{queue:o,q:\`status:\${t}\`})}>\${m(a)}</a>\`}}}function Fo({queue:e,perMinute:t,throughput:o,measured:n}){if(!n)return l\`<span class="nothing">not measured</span>\`;let a=\`\${e}: \${B(o)} jobs a minute over the last hour, at most \${m(Math.max(...t))}\`,r=$t(t).filter(i=>i!==null);return l\`<span class="trend">\${_t(r,a)}<small>\${B(o)}/min</small></span>\`}function vt(e){return e===void 0?"–":se([e.p50,e.p95,e.p99])}function Lo({root:e},{workers:t,needsWorker:o}){return t===void 0?"–":l\`<a class=\${t===0&&o?"alarm":""} href=\${p(e,"workers")}>\${m(t)}</a>\`}function Bo(e,{queue:t,paused:o}){return o?_(e,{do:"resume",queue:t},"Resume",\`queue \${t}\`):_(e,{do:"pause",queue:t},"Pause",\`queue \${t}\`)}var Ao=8;function kt(e,t){let o=t.failures.flatMap(({queue:n,groups:a})=>a.map(r=>({...r,queue:n}))).sort((n,a)=>a.count-n.count).slice(0,Ao);return l\`<main id="main">
    \${yt(e,t)}
    \${t.away.map(n=>l\`<p class="notice bad">The store of <code>\${n}</code> does not answer.</p>\`)}
    <section class="card">
      <h2>Queues</h2>
      \${wt(e,t.queues)}
    </section>
    <div class="columns">
      <section class="card wide">
        <h2>Failures by cause \${qo(t)}</h2>
        \${le(e,o)}
        \${o.length>0&&l\`<p class="more"><a href=\${p(e.root,"failures")}>All failures</a></p>\`}
      </section>
      <section class="card">
        <h2>Next runs</h2>
        \${bt(e,t.schedules)}
        \${t.scheduleCount>0&&l\`<p class="more"><a href=\${p(e.root,"schedules")}>All \${m(t.scheduleCount)} schedules</a></p>\`}
      </section>
    </div>
  </main>\`}function qo({failures:e}){let t=e.reduce((n,a)=>n+a.scanned,0),o=e.reduce((n,a)=>n+a.total,0);if(!(t>=o))return l\`<small>of the latest \${m(t)} of \${m(o)}</small>\`}var Io=1e3;function xt(e,{queue:t,runs:o,id:n}){if(o.length!==0)return l\`<ol class="strip" aria-label=\${\`Last runs of \${n}, oldest first\`}>\${[...o].reverse().map(a=>l\`<li key=\${a.at}>\${Wo(e,t,a)}</li>\`)}</ol>\`}function Wo({root:e,timeZone:t},o,n){let{jobId:a,status:r}=n,i=Uo(n,t),s=\`mark \${r}\${Ct(n)?" late":""}\`;return a===void 0?l\`<span class=\${s} title=\${i} role="img" aria-label=\${i}></span>\`:l\`<a class=\${s} title=\${i} aria-label=\${i} href=\${p(e,"job",{queue:o,id:a})}></a>\`}function Uo(e,t){let{at:o,status:n,latenessMs:a=0,reason:r}=e,i=Ct(e)?\`, \${v(a)} late\`:"";return\`\${z(o,t)}: \${n}\${i}\${r===void 0?"":\` (\${r})\`}\`}function Ct({latenessMs:e=0}){return e>=Io}function St(e,{schedules:t,total:o,attached:n}){let a=o>t.length&&\`the next \${t.length} of \${m(o)}\`;return l\`<main id="main">
    <header class="title"><h1>Schedules <small>\${a||m(o)}</small></h1></header>
    \${t.length===0&&l\`<p class="empty card">\${n?"There are no schedules.":"This dashboard was given no scheduler."}</p>\`}
    \${t.map(r=>Qo(e,r))}
  </main>\`}function Qo(e,t){let{id:o,queue:n,jobName:a,when:r,cron:i,timezone:s,state:c,note:f,lastAt:u,maxRuns:g,runsCount:h}=t;return l\`<article class="card schedule" id=\${encodeURIComponent(o)} key=\${\`\${n} \${o}\`}>
    <header>
      <h2>\${o} \${c!=="active"&&E(c)}</h2>
      \${Ho(e,t)}
    </header>
    <p>\${r}\${s&&\` in \${s}\`} \${i&&i!==r&&l\`<code>\${i}</code>\`}</p>
    \${f&&l\`<p class="notice">Paused: \${f}</p>\`}
    <dl class="inline">
      <div><dt>Job</dt><dd><a href=\${p(e.root,"jobs",{queue:n,q:\`name:\${zo(a)}\`})}>\${a}</a></dd></div>
      <div><dt>Next</dt><dd>\${Re(t,e.now)}</dd></div>
      <div><dt>Last</dt><dd>\${u===void 0?"–":N(u,e.now)}</dd></div>
      <div><dt>Runs</dt><dd>\${m(h)}\${g!==void 0&&\` of \${m(g)}\`}</dd></div>
    </dl>
    \${xt(e,t)}
    \${Go(e,t)}
  </article>\`}function Ho(e,{id:t,queue:o,state:n,cron:a}){let r=\`schedule \${t}\`,i={queue:o,id:t};return l\`<span class="buttons">
    \${_(e,{do:"trigger",...i},"Run now",r)}
    \${n==="active"&&_(e,{do:"pause-schedule",...i},"Pause",r)}
    \${n==="paused"&&_(e,{do:"resume-schedule",...i},"Resume",r)}
    \${a&&_(e,{do:"backfill",...i},"Backfill",r)}
  </span>\`}function Go({timeZone:e,now:t},{nextRuns:o,timezone:n="UTC"}){if(o.length===0)return;let a=e!==void 0&&e!==n?e:void 0;return l\`<details>
    <summary>Next \${o.length} runs</summary>
    <ul class="next">\${o.map(r=>l\`<li key=\${r}>
        \${z(r,n)} \${n}
        \${a&&l\`<small>\${z(r,a)} yours</small>\`}
        <small>in \${v(r-t)}</small>
      </li>\`)}</ul>
  </details>\`}function zo(e){return/^[\\w.-]+$/.test(e)?e:\`"\${e.replace(/["\\\\]/g,"\\\\$&")}"\`}function Vt(e,t){let{workers:o,without:n,unlisted:a}=t;return l\`<main id="main">
    <header class="title"><h1>Workers <small>\${m(o.length)}</small></h1></header>
    \${n.map(r=>l\`<p class="notice bad">No worker runs <code>\${r}</code>. Start one with <code>philjs-jobs work</code>, or <code>queue.process()</code>.</p>\`)}
    \${a.map(r=>l\`<p class="notice">The backend of <code>\${r}</code> does not list its workers.</p>\`)}
    <section class="card">
      \${T({caption:"Workers",rows:o,key:({id:r})=>r,empty:"No workers.",columns:[{label:"Process",kind:"name",cell:({host:r,pid:i})=>l\`<span><b>\${r}</b> <span class="id">\${i}</span></span>\`},{label:"Queue",cell:({queue:r})=>r},{label:"Concurrency",numeric:!0,cell:({concurrency:r})=>r},{label:"Knows",kind:"cause",cell:({jobs:r})=>Ko(r)},{label:"Up since",numeric:!0,cell:({startedAt:r})=>N(r,e.now)},{label:"Last seen",numeric:!0,cell:({seenAt:r})=>N(r,e.now)}]})}
    </section>
    \${Yo(e,t)}
  </main>\`}function Ko(e){let t=e.slice(0,12).join(", ");return e.length>12?\`\${t} and \${e.length-12} more\`:t}function Yo({root:e},{running:t}){if(t.length!==0)return l\`<section class="card">
    <h2>Running now</h2>
    <ul class="plain">\${t.map(({queue:o,name:n,count:a})=>l\`<li key=\${\`\${o} \${n}\`}>
        <a href=\${p(e,"jobs",{queue:o,q:"status:active"})}>\${V(a,"job")} \${n}</a> in \${o}
      </li>\`)}</ul>
  </section>\`}function Tt(e,t){switch(t.page){case"overview":return kt(e,t.data);case"jobs":return pt(e,t.data);case"job":return dt(e,t.data);case"failures":return nt(e,t.data);case"schedules":return St(e,t.data);case"workers":return Vt(e,t.data);case"metrics":return gt(e,t.data)}}var Zo={live:"live",polling:"every 5 s",paused:"paused",away:"not answering",off:""};function Nt(e,t){let o=Object.keys(U).filter(a=>a!=="job"),n=e.page==="job"?"jobs":e.page;return l\`<header class="site">
    <a class="skip" href="#main">To the content</a>
    <a class="brand" href=\${p(e.root,"overview")}>PhilJS <b>Jobs</b></a>
    <nav aria-label="Pages">\${o.map(a=>l\`<a key=\${a} href=\${p(e.root,a)} aria-current=\${a===n?"page":void 0}>\${U[a]}</a>\`)}</nav>
    <span class=\${\`live \${t}\`}>\${Zo[t]}</span>
  </header>\`}function Dt(e,t){return l\`<dialog
    aria-labelledby="dialog-title"
    ref=\${Xo}
    onClose=\${a=>{a.currentTarget.isConnected&&t()}}
    onCancel=\${a=>{a.preventDefault(),e.kind==="progress"&&e.running?e.onStop():t()}}
  >
    <h2 id="dialog-title">\${e.title}</h2>
    \${e.kind==="form"?en(e,t):on(e,t)}
  </dialog>\`}function Xo(e){e!==null&&!e.open&&e.showModal()}function en({text:e,fields:t=[],submit:o,tone:n,error:a,onSubmit:r},i){return l\`<form method="dialog" onSubmit=\${c=>{c.preventDefault();let f=new FormData(c.currentTarget);r(Object.fromEntries([...f].map(([u,g])=>[u,String(g)])))}}>
    \${e!==void 0&&l\`<p>\${e}</p>\`}
    \${t.map(tn)}
    \${a!==void 0&&l\`<p class="notice bad" role="alert">\${a}</p>\`}
    <p class="buttons">
      <button type="submit" class=\${n}>\${o}</button>
      <button type="button" onClick=\${i}>Leave it</button>
    </p>
  </form>\`}function tn({name:e,label:t,kind:o,value:n="",required:a=!1}){let r=\`field-\${e}\`;return o==="checkbox"?l\`<p class="field" key=\${e}><label><input type="checkbox" name=\${e} value="yes" /> \${t}</label></p>\`:l\`<p class="field" key=\${e}>
    <label for=\${r}>\${t}</label>
    \${o==="textarea"?l\`<textarea id=\${r} name=\${e} rows="14" spellcheck=\${!1} required=\${a}>\${n}</textarea>\`:l\`<input id=\${r} name=\${e} type=\${o} defaultValue=\${n} required=\${a} />\`}
  </p>\`}function on({done:e,total:t,text:o,running:n,onStop:a},r){return l\`<div>
    <p><progress max=\${Math.max(1,t)} value=\${e} aria-label="Progress"></progress></p>
    <p role="status">\${o}</p>
    <p class="quiet">\${m(e)} of \${m(t)}</p>
    <p class="buttons">
      \${n?l\`<button type="button" class="danger" autofocus onClick=\${a}>Stop</button>\`:l\`<button type="button" class="main" autofocus onClick=\${r}>Close</button>\`}
    </p>
  </div>\`}var ce=class{boot;state;live="off";dialog;notice;selected=new Set;#e;#n;#r;#o=!1;constructor(t,o,n){this.#e=t,this.boot=o,this.state=o.state,this.#n=n}start(){Ke(this.#i(),this.#e),this.#r=new Intl.DateTimeFormat().resolvedOptions().timeZone,document.documentElement.classList.add("script"),this.draw()}draw(){this.#o||(this.#o=!0,queueMicrotask(()=>{this.#o=!1,Ve(this.#i(),this.#e)}))}show(t){this.state=t,this.draw()}tell(t){this.notice=t,t!==void 0&&me(t.text),this.draw()}open(t){this.dialog=t,this.draw()}close(){this.#e.querySelector("dialog")?.close(),this.#t()}#t(){this.dialog!==void 0&&(this.dialog=void 0,this.draw(),queueMicrotask(()=>{document.activeElement===document.body&&this.#a()}))}#a(){let t=this.#e.querySelector("h1");t!==null&&(t.tabIndex=-1,t.focus({preventScroll:!0}))}#i(){let{boot:t,state:o,live:n,dialog:a,notice:r}=this,i={root:t.root,page:o.page,queues:t.queues,can:t.can,now:o.now,...this.#r!==void 0&&{timeZone:this.#r},selected:this.selected,on:s=>()=>this.#n(s)};return l\`<div class="app">
      \${Nt(i,n)}\${Tt(i,o)}
      \${r&&nn(r,()=>this.tell(void 0))}
      \${a&&Dt(a,()=>this.close())}
    </div>\`}};function nn({text:e,tone:t,href:o},n){return l\`<aside class=\${\`toast \${t}\`}>
    <p>\${e} \${o!==void 0&&l\`<a href=\${o}>Show it</a>\`}</p>
    <button type="button" aria-label="Close this message" onClick=\${n}>×</button>
  </aside>\`}function me(e){let t=document.getElementById("announcer");t!==null&&t.textContent!==e&&(t.textContent=e)}var pe=class{app;server;freeze;constructor(t,o,n){this.app=t,this.server=o,this.freeze=n}ask(t,o){let n=async r=>{try{await o(r),this.app.close(),await this.refresh()}catch(i){a(i.message)}},a=r=>this.app.open({kind:"form",...t,...r!==void 0&&{error:r},onSubmit:i=>{n(i)}});a()}async attempt(t){try{await t()}catch(o){this.app.tell({text:o.message,tone:"bad"})}await this.refresh()}done(t,o){this.app.tell({text:t,tone:"good",...o!==void 0&&{href:o}})}async refresh(){if(this.app.live==="off")return;let t=await this.server.page().catch(()=>{});t!==void 0&&this.app.show(t)}};var fe=class{#e;#n;#r;#o;#t=0;constructor(t){this.#e=t}start(){let t=()=>{document.hidden?this.#a():this.#i()};document.addEventListener("visibilitychange",t),t()}stop(){this.#a(),this.#t=Number.POSITIVE_INFINITY,this.#e.onLive("off")}#a(){this.#t+=1,this.#n?.close(),this.#n=void 0,clearTimeout(this.#r),this.#o?.(),this.#o=void 0,this.#e.onLive("paused")}async#i(){if(this.#t===Number.POSITIVE_INFINITY)return;this.#t+=1;let t=this.#t,o=()=>t===this.#t,n=await rn();if(!o()){n?.();return}this.#o=n,n===void 0?await this.#s(o):this.#l(o)}#l(t){let{url:o,onState:n,onLive:a}=this.#e,r=new EventSource(o);this.#n=r,r.addEventListener("state",({data:i})=>{a("live"),n(JSON.parse(i))}),r.addEventListener("trouble",()=>a("away")),r.addEventListener("error",()=>{t()&&(a("away"),r.readyState===EventSource.CLOSED&&this.#s(t))})}async#s(t){let{server:o,onState:n,onLive:a}=this.#e;try{let r=await o.page();if(!t())return;a("polling"),n(r)}catch{if(!t())return;a("away")}this.#r=setTimeout(()=>{this.#s(t)},5e3)}};async function rn(){if(!("locks"in navigator))return()=>{};for(let e=0;e<3;e+=1){let t=await an(\`philjs-jobs-live-\${e}\`);if(t!==void 0)return t}}function an(e){return new Promise(t=>{navigator.locks.request(e,{ifAvailable:!0},o=>{if(o===null){t(void 0);return}return new Promise(n=>t(n))})})}var Pt={"retry-matching":{verb:"Retry",done:"retried",tone:"main"},"remove-matching":{verb:"Remove",done:"removed",tone:"danger"}};function je(e,t){let{verb:o,tone:n}=Pt[t.do];e.attempt(async()=>{let a=await sn(e,t);if(a!==void 0){if(a===0){e.app.close(),e.done(\`There is nothing to \${o.toLowerCase()}.\`);return}e.app.open({kind:"form",title:\`\${o} \${V(a,"job")}?\`,text:"It is done in batches, and can be stopped.",submit:o,tone:n,onSubmit:()=>{e.attempt(()=>ln(e,t,a))}})}})}async function sn(e,t){let o=new AbortController,n=({count:r,scanned:i,total:s})=>e.app.open({kind:"progress",title:"Counting",done:i,total:s,text:\`\${V(r,"job")} so far\`,running:!0,onStop:()=>{o.abort(),e.app.close()}}),{count:a}=await Rt(e,t,!0,o.signal,n);return o.signal.aborted?void 0:a}async function ln(e,t,o){let{verb:n,done:a}=Pt[t.do],r=new AbortController,i=(u,g,h)=>e.app.open({kind:"progress",title:\`\${n} \${V(o,"job")}\`,done:u,total:o,text:g,running:h,onStop:()=>r.abort()}),s=0,c=u=>{s=u.count,i(s,\`\${m(s)} \${a}\`,!0)},f="";try{await Rt(e,t,!1,r.signal,c),r.signal.aborted&&(f="Stopped. ")}catch(u){f=\`\${u.message} \`}i(s,\`\${f}\${m(s)} \${a}.\`,!1)}async function Rt({server:e},{do:t,queue:o,search:n},a,r,i){let s={count:0,scanned:0,total:0},c;i(s);do{let f={queue:o,search:n,dryRun:a,...c!==void 0&&{cursor:c}},u=await e.do(t,f);c=u.cursor,s={count:s.count+(a?u.matched:u.changed),scanned:s.scanned+u.scanned,total:u.total},(!r.aborted||!a)&&i(s)}while(c!==void 0&&!r.aborted);return s}var dn={retry:"put back to run again",promote:"made ready",cancel:"cancelled",remove:"removed"};function K(e,t){let o=un(t);o===void 0?e.attempt(()=>jt(e,t,{})):e.ask(o,n=>jt(e,t,n))}function Jt(e,{queue:t,ids:o}){e.attempt(async()=>{let{id:n}=await e.server.do("duplicate",{queue:t,ids:o});e.done(\`Enqueued as \${n}.\`,p(e.app.boot.root,"job",{queue:t,id:n}))})}function Et(e,{queue:t,id:o}){e.attempt(async()=>{let a={title:"Run again with edits",text:"A new job is enqueued; this one stays as it is. What is masked is put back where its mask stands.",fields:[{name:"payload",label:"Payload",kind:"textarea",value:await e.server.payload(t,o),required:!0}],submit:"Enqueue",tone:"main"};e.ask(a,async({payload:r=""})=>{let{id:i}=await e.server.do("edit",{queue:t,id:o,payload:r});e.done(\`Enqueued as \${i}.\`,p(e.app.boot.root,"job",{queue:t,id:i}))})})}function Ot(e,{queue:t,id:o}){let n={title:"Reveal what is masked?",text:"The audit log notes who did.",submit:"Reveal",tone:"danger"};e.ask(n,async()=>{let{data:a}=await e.server.do("reveal",{queue:t,id:o});e.freeze(),e.app.show({page:"job",data:a,now:e.app.state.now})})}function un({do:e,ids:t}){let o=t.length===1?"this job":V(t.length,"job");if(e==="remove")return{title:\`Remove \${o}?\`,text:t.length===1?"It cannot be brought back.":"They cannot be brought back.",submit:"Remove",tone:"danger"};if(e==="cancel")return{title:\`Cancel \${o}?\`,text:"What waits never starts; what runs is told to stop.",fields:[{name:"reason",label:"Reason",kind:"text"},{name:"force",label:"Do not wait for the handler to stop",kind:"checkbox"}],submit:"Cancel it",tone:"danger"}}async function jt(e,t,o){let{do:n,queue:a,ids:r}=t,{reason:i="",force:s}=o,c={...i!==""&&{reason:i},...s==="yes"&&{force:!0}},{changed:f}=await e.server.do(n,{queue:a,ids:r,...c}),{app:u}=e;u.selected=new Set;let g=r.length-f;e.done(\`\${V(f,"job")} \${dn[n]}\${g>0?\`, \${g} left: in another state by now\`:""}.\`),n==="remove"&&u.state.page==="job"&&location.assign(p(u.boot.root,"jobs",{queue:a})??u.boot.root)}function Mt(e,{queue:t}){let o={title:\`Pause \${t}?\`,text:"No process starts another of its jobs until it is resumed. What runs goes on.",submit:"Pause",tone:"main"};e.ask(o,async()=>{await e.server.do("pause",{queue:t}),e.done(\`\${t} is paused.\`)})}function Ft(e,{queue:t}){e.attempt(async()=>{await e.server.do("resume",{queue:t}),e.done(\`\${t} goes on.\`)})}var cn=864e5;function Bt(e,{queue:t,id:o}){e.attempt(async()=>{await e.server.do("trigger",{queue:t,id:o}),e.done(\`\${o} was run.\`)})}function At(e,{queue:t,id:o}){e.attempt(async()=>{await e.server.do("resume-schedule",{queue:t,id:o}),e.done(\`\${o} fires again.\`)})}function qt(e,{queue:t,id:o}){let n={title:\`Pause \${o}?\`,fields:[{name:"note",label:"Why",kind:"text"}],submit:"Pause",tone:"main"};e.ask(n,async({note:a=""})=>{await e.server.do("pause-schedule",{queue:t,id:o,...a!==""&&{note:a}}),e.done(\`\${o} is paused.\`)})}function It(e,{queue:t,id:o}){let n=Date.now(),a={title:\`Backfill \${o}\`,text:"Enqueues the jobs of past ticks that have not run. Doing it twice enqueues nothing twice.",fields:[Lt("from","From",n-cn),Lt("to","To",n)],submit:"Backfill",tone:"main"};e.ask(a,async({from:r="",to:i=""})=>{let s={from:new Date(r).getTime(),to:new Date(i).getTime()},{changed:c}=await e.server.do("backfill",{queue:t,id:o,...s});e.done(\`\${V(c,"job")} enqueued.\`)})}function Lt(e,t,o){return{name:e,label:t,kind:"datetime-local",value:mn(o),required:!0}}function mn(e){let t=new Date(e).getTimezoneOffset()*6e4;return new Date(e-t).toISOString().slice(0,16)}function Wt({app:e},{ids:t,on:o}){let n=new Set(e.selected);for(let a of t)o?n.add(a):n.delete(a);e.selected=n,e.draw()}var pn={retry:K,promote:K,cancel:K,remove:K,duplicate:Jt,edit:Et,reveal:Ot,"retry-matching":je,"remove-matching":je,pause:Mt,resume:Ft,trigger:Bt,"pause-schedule":qt,"resume-schedule":At,backfill:It,select:Wt};function Ut(e,t){let o=pn[t.do];o(e,t)}var he=class extends Error{status;constructor(t,o){super(o),this.status=t}},ge=class{#e;constructor(t){this.#e=t}async page(){return await(await Je(location.href.split("#",1)[0]??"",{headers:{accept:"application/json"}})).json()}async payload(t,o){let n=new URLSearchParams({queue:t,id:o});return(await(await Je(\`\${this.#e}-/payload?\${n}\`,{})).json()).text}async do(t,o,n){return await(await Je(\`\${this.#e}-/do/\${t}\`,{method:"POST",headers:{"content-type":"application/json"},body:JSON.stringify(o),...n&&{signal:n}})).json()}};async function Je(e,t){let o=await fetch(e,t).catch(a=>{throw t.signal?.aborted?a:new he(0,"The dashboard does not answer.")});if(o.ok)return o;let n=await o.json().catch(()=>({}));throw new he(o.status,n?.error?.message??\`It answered \${o.status}.\`)}var fn=document.getElementById("app"),ye=JSON.parse(document.getElementById("boot")?.textContent??""),Ht=new ge(ye.root),A=new ce(fn,ye,e=>Ut(hn,e)),Gt=new fe({server:Ht,url:\`\${ye.root}-/live/\${ye.state.page}\${location.search}\`,onState:gn,onLive:e=>{A.live!==e&&(e==="away"&&me("The dashboard does not answer."),A.live=e,A.draw())}}),hn=new pe(A,Ht,()=>Gt.stop());A.start();Gt.start();document.addEventListener("keydown",yn);function gn(e){let t=Qt(A.state),o=Qt(e);A.show(e),document.title=Me(e),t!==o&&me(o),document.dispatchEvent(new CustomEvent("philjs-state",{detail:e}))}function Qt(e){if(e.page==="job")return\`The job is \${e.data.status}.\`;if(e.page!=="overview")return"";let{problems:t}=e.data.health;return t.length===0?"Nothing needs you.":t.map(({message:o})=>o.replaceAll("\`","")).join("; ")}function yn(e){let t=e.target.matches("input, textarea, select");if(e.key!=="/"||t||e.ctrlKey||e.metaKey||e.altKey)return;let o=document.getElementById("q");o!==null&&(e.preventDefault(),o.focus())}
`,
};
